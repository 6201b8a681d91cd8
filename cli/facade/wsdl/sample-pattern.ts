/** A text that an XSD pattern likely matches; undefined where the pattern is of a kind that is not understood. The caller checks it. */
export function sampleOfPattern(pattern: string): string | undefined {
  const cursor: Cursor = { text: pattern, at: 0 }
  const made = alternatives(cursor)
  return cursor.at === pattern.length ? made : undefined
}

interface Cursor {
  readonly text: string
  at: number
}

const MOST_REPEATS = 64
const CLASSES: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ', i: 'a', c: 'a', D: 'a', S: 'a', W: '-', n: '\n', t: '\t' }
const BLOCKS: readonly (readonly [RegExp, string])[] = [
  [/^Lu|^L$|^IsBasicLatin/, 'A'],
  [/^Ll/, 'a'],
  [/^N/, '1'],
  [/^P/, '-'],
  [/^Z/, ' '],
]

/** The first branch; the others are read for where they end. */
function alternatives(cursor: Cursor): string | undefined {
  const first = sequence(cursor)
  while (cursor.text[cursor.at] === '|') {
    cursor.at += 1
    if (sequence(cursor) === undefined) return undefined
  }
  return first
}

function sequence(cursor: Cursor): string | undefined {
  let made = ''
  for (let next = cursor.text[cursor.at]; next !== undefined && next !== '|' && next !== ')'; next = cursor.text[cursor.at]) {
    const atom = atomAt(cursor)
    if (atom === undefined) return undefined
    made += atom.repeat(Math.min(repeats(cursor), MOST_REPEATS))
  }
  return made
}

function atomAt(cursor: Cursor): string | undefined {
  const { text, at } = cursor
  const next = text[at] ?? ''
  cursor.at += 1
  if (next === '(') return group(cursor)
  if (next === '[') return classAt(cursor)
  if (next === '.') return 'a'
  if (next === '\\') return escapeAt(cursor)
  return next
}

function group(cursor: Cursor): string | undefined {
  const made = alternatives(cursor)
  if (cursor.text[cursor.at] !== ')') return undefined
  cursor.at += 1
  return made
}

function escapeAt(cursor: Cursor): string | undefined {
  const [whole = '', block] = /^(?:p\{([^}]*)\}|.)/s.exec(cursor.text.slice(cursor.at)) ?? []
  cursor.at += whole.length
  if (whole === '') return undefined
  if (block !== undefined) return BLOCKS.find(([name]) => name.test(block))?.[1]
  return CLASSES[whole] ?? whole
}

/** Some character of a class; of one that says what is not in it, the first of some that is not. */
function classAt(cursor: Cursor): string | undefined {
  const [whole = '', not, inside = ''] = /^(\^?)((?:\\.|[^\]\\])+)\]/s.exec(cursor.text.slice(cursor.at)) ?? []
  if (whole === '' || inside.includes('[')) return undefined
  cursor.at += whole.length
  if (not !== '^') return inside.startsWith('\\') ? escapeAt({ text: inside, at: 1 }) : inside.slice(0, 1)
  return [...'aA1-_ .'].find(one => !isIn(one, inside))
}

function isIn(character: string, inside: string): boolean {
  try {
    return new RegExp(`[${inside}]`).test(character)
  } catch {
    return inside.includes(character)
  }
}

function repeats(cursor: Cursor): number {
  const [whole = '', least] = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})/.exec(cursor.text.slice(cursor.at)) ?? []
  cursor.at += whole.length
  if (whole === '') return 1
  return least === undefined ? 1 : Number(least)
}
