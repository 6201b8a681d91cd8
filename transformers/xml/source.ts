import type { XmlPlace } from './events.ts'
import { type XmlLimits, xmlLimits } from './limits.ts'
import type { Saxes } from './saxes.ts'
import { unreadable } from './unreadable.ts'

const CLEARER: readonly [start: string, text: string][] = [
  ['undefined entity', 'an entity that is not defined; without a DOCTYPE there are only &amp; &lt; &gt; &quot; &apos; and numbers'],
  ['unexpected end', 'the document ends too early'],
  ['document must contain a root element', 'the document ends before its root element'],
]

/** The document that a parser reads: its bounds, and its places for errors. Serves one document after the other. */
export class Source {
  limits: XmlLimits = xmlLimits
  depth = 0
  /** Where the tag begins whose `open` runs. */
  tagStart: XmlPlace | undefined
  /** A whole piece (tag, text, comment ...) has come since this was last false. */
  moved = false
  readonly #parser: Saxes
  #nodes = 0
  #chunk = ''
  #chunkStart = 0
  /** About so many characters were read since the last whole piece. */
  #pending = 0

  constructor(parser: Saxes) {
    this.#parser = parser
  }

  restart(limits: XmlLimits): void {
    this.limits = limits
    this.depth = 0
    this.tagStart = undefined
    this.#nodes = 0
    this.#chunk = ''
    this.#chunkStart = 0
    this.#pending = 0
  }

  write(text: string): void {
    this.#chunkStart += this.#chunk.length
    this.#chunk = text
    this.moved = false
    this.#parser.write(text)
    this.#pending = this.moved ? text.length : this.#pending + text.length
    const most = this.limits.text + this.limits.attributes * this.limits.name
    if (!this.moved && this.#pending > most) this.failBehind(`a text, a comment or a tag has more than ${most} characters`)
  }

  place(): XmlPlace {
    return { line: this.#parser.line, column: Math.max(1, this.#parser.columnIndex) }
  }

  /** Notes where the tag begins whose name was just read. */
  startTag(name: string): void {
    const { line, columnIndex } = this.#parser
    const column = columnIndex - name.length - 1
    this.tagStart = column > 0 ? { line, column } : { line: line - 1, column: this.#columnBeforeBreak(name) }
  }

  /** A line break stands behind the name, so the parser counts in the next line already. */
  #columnBeforeBreak(name: string): number {
    const chunk = this.#chunk
    const next = this.#parser.position - this.#chunkStart
    const behind = chunk[next - 1] === '\n' && chunk[next - 2] === '\r' ? next - 2 : next - 1
    const start = behind - name.length - 1
    return start < 0 ? 1 : start - (start === 0 ? -1 : chunk.lastIndexOf('\n', start - 1))
  }

  /** One more node. */
  count(): void {
    this.moved = true
    if (++this.#nodes > this.limits.nodes) this.fail(`the document has more than ${this.limits.nodes} elements, comments and the like`)
  }

  checkLength(text: string): void {
    const { text: most } = this.limits
    if (text.length > most) this.fail(`a text, a comment or an attribute has more than ${most} characters`)
  }

  checkName(name: string): void {
    const { name: most } = this.limits
    if (name.length > most) this.fail(`a name has more than ${most} characters`)
  }

  /** saxes takes `<?name?data?>`, where a space is missing; seen where it stands in one chunk. */
  checkInstruction(target: string, data: string): void {
    this.checkName(target)
    if (!data.startsWith('?')) return
    const latest = this.#parser.position - this.#chunkStart - data.length - target.length - 4
    const at = this.#chunk.lastIndexOf(`<?${target}`, latest)
    if (at >= 0 && this.#chunk[at + target.length + 2] === '?') this.fail(`white space is missing behind <?${target}`)
  }

  /** Throws NOT_READABLE with the place that was reached. */
  fail(message: string): never {
    throw unreadable(this.place(), message)
  }

  /** The same between two writes, when saxes' own position is not to be used: the fault is in the next character. */
  failBehind(message: string): never {
    const { line, position, columnIndex } = this.#parser
    const lineStart = position - columnIndex
    throw unreadable({ line, column: this.#chunkStart + this.#chunk.length - lineStart + 1 }, message)
  }

  /** The same for what saxes says. */
  failWith(message: string): never {
    const text = CLEARER.find(([start]) => message.startsWith(start))?.[1] ?? message.replace(/\.$/, '')
    if (!message.includes('disallowed character')) return this.fail(text)
    const seen = this.#chunk.codePointAt(this.#parser.position - this.#chunkStart - 1)
    return this.fail(seen === undefined ? text : `${text}: ${JSON.stringify(String.fromCodePoint(seen))}`)
  }
}
