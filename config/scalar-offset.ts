/** How a scalar stands in YAML. */
export interface ScalarSource {
  /** The whole file. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly style: string | undefined
}

interface Step {
  /** Characters of the file that were read. */
  readonly read: number
  /** Characters of the value that they make. */
  readonly made: number
}

const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 }

/** Where in the file the character at `offset` of a scalar's value stands: quotes, escapes, folded lines and block indentation are counted. */
export function offsetInFile(scalar: ScalarSource, offset: number): number {
  const block = scalar.style === 'BLOCK_LITERAL' || scalar.style === 'BLOCK_FOLDED'
  const quoted = scalar.style === 'QUOTE_DOUBLE' || scalar.style === 'QUOTE_SINGLE'
  let at = block ? blockStart(scalar) : scalar.start + (quoted ? 1 : 0)
  const indent = block ? indentAt(scalar.text, at) : 0
  at += indent
  for (let made = 0; made < offset && at < scalar.end; ) {
    const step = block ? blockStep(scalar, at, indent) : flowStep(scalar, at)
    made += step.made
    if (made > offset) break
    at += step.read
  }
  return Math.min(at, scalar.end)
}

function blockStart({ text, start }: ScalarSource): number {
  let at = text.indexOf('\n', start) + 1
  while (/^[ \t]*\r?\n/.test(text.slice(at, at + 200))) at = text.indexOf('\n', at) + 1
  return at
}

function indentAt(text: string, at: number): number {
  return /^ */.exec(text.slice(at, at + 200))?.[0].length ?? 0
}

function blockStep({ text }: ScalarSource, at: number, indent: number): Step {
  return text[at] === '\n' ? { read: 1 + Math.min(indent, indentAt(text, at + 1)), made: 1 } : { read: 1, made: 1 }
}

function flowStep({ text, style }: ScalarSource, at: number): Step {
  const rest = text.slice(at, at + 400)
  const fold = /^[ \t]*(?:\r?\n[ \t]*)+/.exec(rest)?.[0]
  if (fold) return { read: fold.length, made: Math.max(1, fold.split('\n').length - 2) }
  if (style === 'QUOTE_SINGLE' && rest.startsWith("''")) return { read: 2, made: 1 }
  if (style === 'QUOTE_DOUBLE' && rest.startsWith('\\')) return escapeStep(rest)
  return { read: 1, made: 1 }
}

function escapeStep(rest: string): Step {
  const continued = /^\\\r?\n[ \t]*/.exec(rest)?.[0]
  if (continued) return { read: continued.length, made: 0 }
  return { read: HEX_ESCAPES[rest[1] ?? ''] ?? 2, made: 1 }
}
