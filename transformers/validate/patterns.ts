import { RE2JS } from 're2js'

/** What ajv asks of a pattern. */
export interface Pattern {
  test(text: string): boolean
  toString(): string
}

const ATOM =
  /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^1-9kbB])|\[(?:\\.|[^\]\\])*\]|[^()|\\[\]*+?{}^$]/uy
const QUANTIFIER = /[*+?]\??|\{\d+(?:,\d*)?\}\??/y
const LITERAL = /^(?:\\([^\p{L}\p{N}])|([^\\.[]))$/u

/** Spaces and line ends that JavaScript's `\s` and `.` know and RE2's do not. */
const SPACES = '\\s\\x0b\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}'
const LINE_ENDS = '\\n\\r\\x{2028}\\x{2029}'

/**
 * A pattern of a JSON Schema (ECMA-262, unicode) whose test takes time in proportion to the text, whatever the text: on the built-in engine
 * where its form proves that, else on RE2. Throws SyntaxError for what neither can do (look-around, back-references).
 */
export function linearPattern(source: string): Pattern {
  const native = new RegExp(source, 'u')
  if (isLinear(source)) return native
  const compiled = re2(source)
  return { test: text => compiled.test(text), toString: () => `re2:${source}` }
}

function re2(source: string): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(inRe2Words(source)))
  } catch (cause) {
    throw new SyntaxError(
      `the pattern ${source} needs look-around, a back-reference or more than 1,000 repeats, which cannot run in linear time`,
      { cause },
    )
  }
}

/** Anchored at the start, no groups, and each repeat but the last is ended by a character that it cannot take itself: then nothing is tried twice. */
export function isLinear(source: string): boolean {
  const atoms = source.startsWith('^') ? atomsOf(source) : undefined
  if (!atoms) return false
  const repeats = atoms.flatMap((atom, index) => (atom.varies ? [index] : []))
  return repeats.slice(0, -1).every(index => {
    const [atom, next] = [atoms[index], atoms[index + 1]]
    return atom !== undefined && next !== undefined && next.quantifier === '' && excludes(atom.text, next.text)
  })
}

interface Atom {
  readonly text: string
  readonly quantifier: string
  readonly varies: boolean
}

function atomsOf(source: string): readonly Atom[] | undefined {
  const end = source.endsWith('$') && !source.endsWith('\\$') ? source.length - 1 : source.length
  const atoms: Atom[] = []
  let at = 1
  while (at < end) {
    const text = matchAt(ATOM, source, at)
    if (text === '') return undefined
    const quantifier = matchAt(QUANTIFIER, source, at + text.length)
    at += text.length + quantifier.length
    atoms.push({ text, quantifier, varies: quantifier !== '' && !/^\{\d+\}/.test(quantifier) })
  }
  return at === end ? atoms : undefined
}

function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? ''
}

function excludes(atom: string, next: string): boolean {
  const [, escaped, plain] = LITERAL.exec(next) ?? []
  const character = escaped ?? plain
  return character !== undefined && !new RegExp(`^(?:${atom})$`, 'u').test(character)
}

function inRe2Words(source: string): string {
  return source.replace(/\[(?:\\.|[^\]\\])*\]|\\.|\./gu, token => {
    if (token === '.') return `[^${LINE_ENDS}]`
    if (token === '\\s') return `[${SPACES}]`
    if (token === '\\S') return `[^${SPACES}]`
    return token.startsWith('[') ? token.replace(/\\./gu, inner => (inner === '\\s' ? SPACES : inner)) : token
  })
}
