import { escapeAttribute } from './escape.ts'
import type { XmlTag } from './events.ts'

/** The text of a document that is being read, of which only the record at hand is kept. */
export class RecordText {
  /** Tells how much of the document was read. */
  position: () => number = () => 0
  #text = ''
  /** Where the text begins in the document. */
  #from = 0
  /** Of the record at hand: where it begins in the text, the end of its name, and what must be declared there. */
  #start = 0
  #nameEnd = 0
  #inherited = ''
  /** Namespaces declared on the elements of the path that are open. */
  readonly #scopes: XmlTag['declares'][] = []

  add(piece: string): void {
    this.#text += piece
  }

  enter({ declares }: XmlTag): void {
    this.#scopes.push(declares)
  }

  leave(): void {
    this.#scopes.pop()
  }

  /** A record begins, whose tag has just been read and entered. */
  start({ prefix, local }: XmlTag): void {
    // No "<" may stand inside a tag.
    this.#start = this.#text.lastIndexOf('<', this.#read() - 1)
    this.#nameEnd = this.#start + 1 + (prefix === '' ? 0 : prefix.length + 1) + local.length
    this.#inherited = inherited(this.#scopes)
  }

  /** The record, whose end tag has just been read, as a document of its own in UTF-8: namespaces that were declared around it are declared on it. */
  take(): Buffer {
    const end = this.#read()
    const text = this.#text
    if (this.#inherited === '') return Buffer.from(text.slice(this.#start, end))
    return Buffer.from(text.slice(this.#start, this.#nameEnd) + this.#inherited + text.slice(this.#nameEnd, end))
  }

  /** Keeps the record at hand, or else a tag that may have begun. Returns how many characters these are. */
  forget(inRecord: boolean): number {
    const last = inRecord ? this.#start : this.#text.lastIndexOf('<')
    const cut = last < 0 ? this.#text.length : last
    this.#text = this.#text.slice(cut)
    this.#from += cut
    this.#start -= cut
    this.#nameEnd -= cut
    return this.#text.length
  }

  /** How much of the text has been read. */
  #read(): number {
    return this.position() - this.#from
  }
}

/** Declarations for the last of the scopes, of what the others declare and it does not. */
function inherited(scopes: readonly XmlTag['declares'][]): string {
  if (!scopes.some(scope => scope)) return ''
  const own = scopes.at(-1) ?? {}
  const outer: Readonly<Record<string, string>> = Object.assign({}, ...scopes.slice(0, -1))
  return Object.entries(outer)
    .filter(([prefix, uri]) => own[prefix] === undefined && uri !== '')
    .map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(uri)}"`)
    .join('')
}
