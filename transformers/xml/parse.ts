import type { SaxesAttributeNS, SaxesTagNS } from 'saxes'
import { XML, XMLNS, type XmlAttribute, type XmlHandler, type XmlPlace, type XmlTag } from './events.ts'
import { type XmlLimits, xmlLimits } from './limits.ts'
import { startsXmlName } from './names.ts'
import { createSaxes, type Saxes } from './saxes.ts'
import { Source } from './source.ts'

/** A handler that may want to know more than the port tells. */
export interface XmlReaderHandler extends XmlHandler {
  /** Comes first. `place` tells, during `open`, where the tag begins, else how far the reading is. */
  begin?(place: () => XmlPlace): void
  /** Where it is there, CDATA sections come here and not to `text`. */
  cdata?(text: string): void
}

/** Takes a document's characters; `end` once, after which it takes no more. */
export interface TextReader {
  write(text: string): void
  end(): void
  /** Throws NOT_READABLE with the place that was reached. */
  fail(message: string): never
  /** How many UTF-16 units of the document were read: in `open` and `close` up to the end of the tag. */
  offset(): number
}

interface Reading extends TextReader {
  start(handler: XmlReaderHandler, limits: XmlLimits): void
}

// A parser with its closures costs a third of reading a message of 1 kB, so those that came well to their end serve again.
const idle: Reading[] = []
const MOST_IDLE = 4

/** saxes with our events and bounds: strict XML 1.0 with namespaces, no DOCTYPE. `resolve` of a tag goes on to hold, for the innermost open element. */
export function openTextReader(handler: XmlReaderHandler, limits: XmlLimits): TextReader {
  const reading = idle.pop() ?? createReading()
  reading.start(handler, limits)
  return reading
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const NONE: readonly XmlAttribute[] = Object.freeze([])
const NOBODY: XmlReaderHandler = { open() {}, text() {}, close() {} }

/** What the handlers of one parser share. */
interface Shared {
  readonly source: Source
  readonly scopes: XmlTag['declares'][]
  readonly tag: Mutable<XmlTag>
  handler: XmlReaderHandler
}

function createReading(): Reading {
  const parser = createSaxes()
  const source = new Source(parser)
  const scopes: XmlTag['declares'][] = []
  const resolve = createResolve(source, scopes)
  const tag = { ns: '', local: '', prefix: '', attributes: NONE, declares: undefined, resolve }
  const shared: Shared = { source, scopes, tag, handler: NOBODY }
  parser.openTagStartHandler = undefined
  onElements(parser, shared)
  onContent(parser, shared)
  onRefused(parser, source)
  const startTag = ({ name }: { readonly name: string }) => source.startTag(name)
  const place = () => source.tagStart ?? source.place()
  const reading: Reading = {
    start(handler, limits) {
      shared.handler = handler
      source.restart(limits)
      parser.openTagStartHandler = handler.begin ? startTag : undefined
      handler.begin?.(place)
    },
    write: text => source.write(text),
    fail: message => source.failBehind(message),
    offset: () => parser.position,
    end() {
      parser.close()
      release(shared)
      if (idle.length < MOST_IDLE) idle.push(reading)
    },
  }
  return reading
}

/** Keeps nothing of the document alive. */
function release(shared: Shared): void {
  const { source, scopes, tag } = shared
  shared.handler = NOBODY
  source.restart(xmlLimits)
  scopes.length = 0
  tag.ns = tag.local = tag.prefix = ''
  tag.attributes = NONE
  tag.declares = undefined
}

function createResolve(source: Source, scopes: readonly XmlTag['declares'][]): XmlTag['resolve'] {
  return prefix => {
    for (let at = source.depth; at > 0; at--) {
      const uri = scopes[at]?.[prefix]
      if (uri !== undefined) return uri
    }
    return prefix === 'xml' ? XML : prefix === 'xmlns' ? XMLNS : undefined
  }
}

function onElements(parser: Saxes, shared: Shared): void {
  const { source, tag, scopes } = shared
  let found: SaxesAttributeNS[] = []

  parser.attributeHandler = attribute => {
    const { limits } = source
    if (found.push(attribute) > limits.attributes) source.fail(`an element has more than ${limits.attributes} attributes`)
    source.checkName(attribute.name)
    source.checkLength(attribute.value)
  }
  parser.openTagHandler = ({ name, uri, local, prefix, ns }) => {
    const { limits } = source
    if (++source.depth > limits.depth) source.fail(`elements are nested more than ${limits.depth} levels deep`)
    source.checkName(name)
    if (prefix !== '') checkLocal(local)
    source.count()
    tag.ns = uri
    tag.local = local
    tag.prefix = prefix
    tag.attributes = NONE
    tag.declares = undefined
    if (found.length > 0) takeAttributes(ns)
    scopes[source.depth] = tag.declares
    shared.handler.open(tag)
    source.tagStart = undefined
  }
  parser.closeTagHandler = () => {
    shared.handler.close()
    source.depth--
  }

  function takeAttributes(declared: SaxesTagNS['ns']): void {
    const attributes: XmlAttribute[] = []
    for (const { uri, local, prefix, value } of found) {
      if (prefix !== '') checkLocal(local)
      if (uri === XMLNS) tag.declares = declaring(value, declared)
      else attributes.push({ ns: uri, local, prefix, value })
    }
    if (attributes.length > 0) tag.attributes = attributes
    found = []
  }

  /** saxes would trim the URI. */
  function declaring(uri: string, declared: SaxesTagNS['ns']): SaxesTagNS['ns'] {
    if (uri !== uri.trim()) source.fail(`white space around the URI of a namespace: ${JSON.stringify(uri.slice(0, 80))}`)
    return declared
  }

  /** saxes looks only at the first character of the name as a whole. */
  function checkLocal(local: string): void {
    if (!startsXmlName(local)) source.fail(`malformed name: ${JSON.stringify(local.slice(0, 40))} may not stand behind a prefix`)
  }
}

function onContent(parser: Saxes, shared: Shared): void {
  const { source } = shared
  parser.textHandler = text => {
    source.moved = true
    source.checkLength(text)
    if (source.depth > 0) shared.handler.text(text)
  }
  parser.cdataHandler = text => {
    source.checkLength(text)
    source.count()
    const { handler } = shared
    if (handler.cdata) handler.cdata(text)
    else handler.text(text)
  }
  parser.commentHandler = text => {
    source.checkLength(text)
    source.count()
    shared.handler.comment?.(text)
  }
  parser.piHandler = ({ target, body }) => {
    source.checkLength(body)
    source.count()
    source.checkInstruction(target, body)
    shared.handler.instruction?.(target, body)
  }
}

function onRefused(parser: Saxes, source: Source): void {
  parser.xmldeclHandler = ({ version }) => {
    if (version !== '1.0') source.fail(`this is XML ${version}; only XML 1.0 is taken`)
  }
  parser.doctypeHandler = () =>
    source.fail('a DOCTYPE is not taken, since it could define entities and defaults; send the document without it')
  parser.errorHandler = ({ message }) => source.failWith(message)
}
