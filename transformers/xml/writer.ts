import { GatewayError } from '../../gateway/errors.ts'
import { checked, escapeAttribute, escapeText, unwritable, type Where } from './escape.ts'
import { clark, XML, XMLNS, type XmlName } from './events.ts'
import { isXmlName } from './names.ts'
import { readXml } from './reader.ts'
import { Scope } from './scope.ts'

export { escapeAttribute, escapeText } from './escape.ts'

/** Writes one document, or one element; nothing that it writes is ill-formed. Throws MAPPING_FAILED with the place for names and characters that XML 1.0 cannot hold, TypeError for calls out of order. */
export interface XmlWriter {
  /** Begins an element. Its namespace is declared where need be, under the prefix given ('' for the default namespace) unless it has one here. */
  open(name: XmlName, prefix?: string): void
  /** An attribute of the element just begun. */
  attribute(name: XmlName, value: string, prefix?: string): void
  /** Declares a namespace on the element just begun. */
  declare(prefix: string, uri: string): void
  /** A prefix (never '') that means the URI here, for QNames in values; declared on the element just begun where need be. */
  prefixFor(uri: string, prefix?: string): string
  text(value: string): void
  cdata(value: string): void
  comment(value: string): void
  /** Markup that is known to be well-formed here. */
  raw(markup: string): void
  /** Markup from elsewhere: MAPPING_FAILED where it is not balanced, or has prefixes that are not declared here. */
  fragment(markup: string): void
  close(): void
  /** What was written; all elements must be closed. */
  result(): string
}

export interface XmlWriterOptions {
  /** Begins with `<?xml version="1.0" encoding="UTF-8"?>`. */
  readonly declaration?: boolean
  /** Tells where in the body the value stands that is being written, for error texts; the path of elements unless told. */
  readonly where?: Where
}

/** A writer that picks and declares prefixes by itself. */
export function createXmlWriter({ declaration = false, where }: XmlWriterOptions = {}): XmlWriter {
  return new Writer(declaration ? '<?xml version="1.0" encoding="UTF-8"?>\n' : '', where)
}

interface Frame {
  readonly name: string
  readonly scopeSize: number
}

const NOTHING = { open() {}, text() {}, close() {} }

class Writer implements XmlWriter {
  #out: string
  readonly #frames: Frame[] = []
  readonly #scope = new Scope()
  /** The start tag has no > yet. */
  #inTag = false
  #rooted = false
  /** Attributes of the start tag, and the prefixes that it uses: these may not change their meaning any more. */
  #attributes: string[] = []
  #used: string[] = []
  readonly #where: Where

  constructor(out: string, where: Where = () => `/${this.#frames.map(({ name }) => name).join('/')}`) {
    this.#out = out
    this.#where = where
  }

  open({ ns, local }: XmlName, hint?: string): void {
    this.#content()
    if (this.#frames.length === 0 && this.#rooted) throw new TypeError('a document has one root element')
    this.#rooted = true
    this.#checkName(local)
    const scopeSize = this.#scope.size
    this.#attributes = []
    this.#used = []
    const prefix = this.#prefixInScope(ns, hint, false)
    const chosen = prefix ?? this.#freePrefix(ns === '' ? '' : hint, scopeSize)
    const name = chosen === '' ? local : `${chosen}:${local}`
    this.#out += `<${name}`
    this.#inTag = true
    this.#frames.push({ name, scopeSize })
    this.#used.push(chosen)
    if (prefix === undefined) this.#declare(chosen, ns)
  }

  attribute(name: XmlName, value: string, hint?: string): void {
    this.#startTag()
    this.#checkName(name.local)
    if (name.local === 'xmlns' && name.ns === '') throw unwritable('"xmlns" is a declaration, not an attribute', this.#where)
    const key = clark(name)
    if (this.#attributes.includes(key)) throw unwritable(`a second attribute ${key}`, this.#where)
    this.#attributes.push(key)
    const prefix = name.ns === '' ? '' : this.prefixFor(name.ns, hint)
    const written = prefix === '' ? name.local : `${prefix}:${name.local}`
    this.#out += ` ${written}="${escapeAttribute(value, this.#where)}"`
  }

  declare(prefix: string, uri: string): void {
    const size = this.#startTag().scopeSize
    if (this.#scope.uri(prefix) === uri) return
    if (this.#taken(prefix, size)) throw new TypeError(`the prefix "${prefix}" means something else on this element`)
    this.#declare(prefix, uri)
  }

  prefixFor(uri: string, hint?: string): string {
    const size = this.#startTag().scopeSize
    if (uri === '') throw new TypeError('there is no prefix for no namespace')
    const prefix = this.#prefixInScope(uri, hint, true)
    const chosen = prefix ?? this.#freePrefix(hint === '' ? undefined : hint, size)
    this.#used.push(chosen)
    if (prefix === undefined) this.#declare(chosen, uri)
    return chosen
  }

  text(value: string): void {
    if (value === '' && this.#inTag) return
    this.#inElement()
    this.#out += escapeText(value, this.#where)
  }

  cdata(value: string): void {
    this.#inElement()
    const text = checked(value, this.#where)
    // A carriage return has no form inside CDATA.
    this.#out += text.includes('\r') ? escapeText(text) : `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  }

  comment(value: string): void {
    this.#content()
    if (value.includes('--') || value.endsWith('-') || value.includes('\r')) {
      throw unwritable('a comment cannot hold "--", a "-" at its end or a carriage return', this.#where)
    }
    this.#out += `<!--${checked(value, this.#where)}-->`
  }

  raw(markup: string): void {
    this.#content()
    if (this.#frames.length === 0) this.#rooted = true
    this.#out += markup
  }

  fragment(markup: string): void {
    this.#inElement()
    const declared = this.#scope.entries().map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${escapeAttribute(uri)}"`)
    try {
      readXml(`<fragment${declared.join('')}>${markup}</fragment>`, NOTHING)
    } catch (cause) {
      const [fault] = cause instanceof GatewayError ? (cause.extras.errors ?? []) : []
      throw fault ? unwritable(`markup that is not well-formed: ${fault.message}`, this.#where) : cause
    }
    this.#out += markup
  }

  close(): void {
    const frame = this.#frames.pop()
    if (!frame) throw new TypeError('no element is open')
    this.#out += this.#inTag ? '/>' : `</${frame.name}>`
    this.#inTag = false
    this.#scope.shrink(frame.scopeSize)
  }

  result(): string {
    const open = this.#frames.at(-1)
    if (open) throw new TypeError(`the element ${open.name} is open`)
    if (!this.#rooted) throw new TypeError('no element was written')
    return this.#out
  }

  #startTag(): Frame {
    const frame = this.#frames.at(-1)
    if (!this.#inTag || !frame) throw new TypeError('no element has just begun')
    return frame
  }

  #inElement(): void {
    if (this.#frames.length === 0) throw new TypeError('no element is open')
    this.#content()
  }

  #content(): void {
    if (!this.#inTag) return
    this.#out += '>'
    this.#inTag = false
  }

  #checkName(local: string): void {
    if (!isXmlName(local)) throw unwritable(`${JSON.stringify(local.slice(0, 80))} is no name in XML`, this.#where)
  }

  #prefixInScope(uri: string, hint: string | undefined, named: boolean): string | undefined {
    if (hint !== undefined && !(named && hint === '') && this.#scope.uri(hint) === uri) return hint
    if (uri === '') return this.#scope.uri('') === '' ? '' : undefined
    return this.#scope.prefix(uri, named)
  }

  /** The prefix asked for, or one of our own where that has a meaning on this element already. */
  #freePrefix(hint: string | undefined, size: number): string {
    if (hint !== undefined && !this.#taken(hint, size)) return hint
    for (let number = 1; ; number++) {
      const prefix = `ns${number}`
      if (this.#scope.uri(prefix) === undefined) return prefix
    }
  }

  #taken(prefix: string, size: number): boolean {
    return prefix === 'xml' || prefix === 'xmlns' || this.#used.includes(prefix) || this.#scope.declaredSince(prefix, size)
  }

  #declare(prefix: string, uri: string): void {
    if (prefix !== '') this.#checkName(prefix)
    if (uri === XML || uri === XMLNS || (uri === '' && prefix !== '')) throw new TypeError(`no prefix may be declared for "${uri}"`)
    this.#scope.declare(prefix, uri)
    this.#out += prefix === '' ? ` xmlns="${escapeAttribute(uri, this.#where)}"` : ` xmlns:${prefix}="${escapeAttribute(uri, this.#where)}"`
  }
}
