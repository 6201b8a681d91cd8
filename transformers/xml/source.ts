import type { XmlPlace } from './events.ts'
import { type XmlLimits, xmlLimits } from './limits.ts'
import { unreadable } from './unreadable.ts'

/** What reads the characters, and knows how far it is. */
export interface Characters {
  readonly line: number
  /** In the line, from 0, of the next character. */
  readonly columnIndex: number
  /** In the document, from 0, of the next character. */
  readonly position: number
  write(text: string): unknown
  close(): unknown
}

/** The document that is being read: its bounds, and its places for errors. */
export interface Source {
  limits: XmlLimits
  depth: number
  /** Where the tag begins whose `open` runs. */
  tagStart: XmlPlace | undefined
  /** A whole piece (tag, text, comment ...) has come since this was last false. */
  moved: boolean
  restart(limits: XmlLimits): void
  write(text: string): void
  place(): XmlPlace
  /** Notes where the tag begins whose name was just read. */
  startTag(name: string): void
  /** One more node. */
  count(): void
  checkLength(text: string): void
  checkInstruction(target: string, data: string): void
  fail(message: string): never
  /** The same for what saxes says. */
  failWith(message: string): never
}

const CLEARER: readonly [start: string, text: string][] = [
  ['undefined entity', 'an entity that is not defined; without a DOCTYPE there are only &amp; &lt; &gt; &quot; &apos; and numbers'],
  ['unexpected end', 'the document ends too early'],
  ['document must contain a root element', 'the document ends before its root element'],
]

/** Follows a parser through one document after the other. */
export function createSource(parser: Characters): Source {
  let nodes = 0
  let chunk = ''
  let chunkStart = 0
  /** About so many characters were read since the last whole piece. */
  let pending = 0
  const source: Source = {
    limits: xmlLimits,
    depth: 0,
    tagStart: undefined,
    moved: false,
    restart,
    write,
    place,
    startTag,
    count,
    checkLength,
    checkInstruction,
    fail,
    failWith,
  }
  return source

  function restart(limits: XmlLimits): void {
    source.limits = limits
    source.depth = 0
    source.tagStart = undefined
    nodes = 0
    chunk = ''
    chunkStart = 0
    pending = 0
  }

  function write(text: string): void {
    chunkStart += chunk.length
    chunk = text
    source.moved = false
    parser.write(text)
    pending = source.moved ? text.length : pending + text.length
    const most = source.limits.text + source.limits.attributes * source.limits.name
    if (!source.moved && pending > most) fail(`a text, a comment or a tag has more than ${most} characters`)
  }

  function place(): XmlPlace {
    return { line: parser.line, column: Math.max(1, parser.columnIndex) }
  }

  function startTag(name: string): void {
    const { line, columnIndex } = parser
    const column = columnIndex - name.length - 1
    source.tagStart = column > 0 ? { line, column } : { line: line - 1, column: columnBeforeBreak(name) }
  }

  /** A line break stands behind the name, so the parser counts in the next line already. */
  function columnBeforeBreak(name: string): number {
    const next = parser.position - chunkStart
    const behind = chunk[next - 1] === '\n' && chunk[next - 2] === '\r' ? next - 2 : next - 1
    const start = behind - name.length - 1
    return start < 0 ? 1 : start - (start === 0 ? -1 : chunk.lastIndexOf('\n', start - 1))
  }

  function count(): void {
    source.moved = true
    if (++nodes > source.limits.nodes) fail(`the document has more than ${source.limits.nodes} elements, comments and the like`)
  }

  function checkLength(text: string): void {
    if (text.length > source.limits.text) fail(`a text, a comment or an attribute has more than ${source.limits.text} characters`)
  }

  /** saxes takes `<?name?data?>`, where a space is missing. */
  function checkInstruction(target: string, data: string): void {
    if (target.length > source.limits.name) fail(`a name has more than ${source.limits.name} characters`)
    if (!data.startsWith('?')) return
    const latest = parser.position - chunkStart - data.length - target.length - 4
    const at = chunk.lastIndexOf(`<?${target}`, latest)
    if (at >= 0 && chunk[at + target.length + 2] === '?') fail(`white space is missing behind <?${target}`)
  }

  function fail(message: string): never {
    throw unreadable(place(), message)
  }

  function failWith(message: string): never {
    const text = CLEARER.find(([start]) => message.startsWith(start))?.[1] ?? message.replace(/\.$/, '')
    if (!message.includes('disallowed character')) return fail(text)
    const seen = chunk.codePointAt(parser.position - chunkStart - 1)
    fail(seen === undefined ? text : `${text}: ${JSON.stringify(String.fromCodePoint(seen))}`)
  }
}
