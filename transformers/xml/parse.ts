import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { XML, XMLNS, type XmlAttribute, type XmlHandler, type XmlPlace, type XmlTag } from './events.ts'
import type { XmlLimits } from './limits.ts'
import { startsXmlName } from './names.ts'
import { createSource, type Source } from './source.ts'

/** A handler that may want to know more than the port tells. */
export interface XmlReaderHandler extends XmlHandler {
  /** Comes first. `place` tells, during `open`, where the tag begins, else how far the reading is. */
  begin?(place: () => XmlPlace): void
  /** Where it is there, CDATA sections come here and not to `text`. */
  cdata?(text: string): void
}

/** Takes a document's characters. */
export type TextReader = Pick<Source, 'write' | 'end' | 'fail'>

type Parser = SaxesParser<{ xmlns: true }>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const NONE: readonly XmlAttribute[] = Object.freeze([])

/** saxes with our events and bounds: strict XML 1.0 with namespaces, no DOCTYPE. `resolve` of a tag goes on to hold, for the innermost open element. */
export function createTextReader(handler: XmlReaderHandler, limits: XmlLimits): TextReader {
  const parser: Parser = new SaxesParser({ xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' })
  const source = createSource(parser, limits)
  onElements(parser, handler, { source, limits })
  onContent(parser, handler, source)
  parser.on('xmldecl', ({ version }) => {
    if (version !== '1.0') source.fail(`this is XML ${version}; only XML 1.0 is taken`)
  })
  parser.on('doctype', () =>
    source.fail('a DOCTYPE is not taken, since it could define entities and defaults; send the document without it'),
  )
  parser.on('error', ({ message }) => source.failWith(message))
  if (handler.begin) {
    parser.on('opentagstart', ({ name }) => source.startTag(name))
    handler.begin(() => source.tagStart ?? source.place())
  }
  return source
}

interface Parts {
  readonly source: Source
  readonly limits: XmlLimits
}

function onElements(parser: Parser, handler: XmlReaderHandler, { source, limits }: Parts): void {
  const scopes: XmlTag['declares'][] = []
  const tag: Mutable<XmlTag> = { ns: '', local: '', prefix: '', attributes: NONE, declares: undefined, resolve }
  let found: SaxesAttributeNS[] = []

  parser.on('attribute', attribute => {
    if (found.push(attribute) > limits.attributes) source.fail(`an element has more than ${limits.attributes} attributes`)
    if (attribute.name.length > limits.name) source.fail(`a name has more than ${limits.name} characters`)
    source.checkLength(attribute.value)
  })
  parser.on('opentag', ({ name, uri, local, prefix, ns }) => {
    if (++source.depth > limits.depth) source.fail(`elements are nested more than ${limits.depth} levels deep`)
    if (name.length > limits.name) source.fail(`a name has more than ${limits.name} characters`)
    if (prefix !== '') checkLocal(local)
    source.count()
    tag.ns = uri
    tag.local = local
    tag.prefix = prefix
    tag.attributes = NONE
    tag.declares = undefined
    if (found.length > 0) takeAttributes(ns)
    scopes[source.depth] = tag.declares
    handler.open(tag)
    source.tagStart = undefined
  })
  parser.on('closetag', () => {
    handler.close()
    source.depth--
  })

  function takeAttributes(declared: SaxesTagNS['ns']): void {
    const attributes: XmlAttribute[] = []
    for (const { uri, local, prefix, value } of found) {
      if (prefix !== '') checkLocal(local)
      if (uri === XMLNS) tag.declares = declared
      else attributes.push({ ns: uri, local, prefix, value })
    }
    if (attributes.length > 0) tag.attributes = attributes
    found = []
  }

  /** saxes looks only at the first character of the name as a whole. */
  function checkLocal(local: string): void {
    if (!startsXmlName(local)) source.fail(`malformed name: ${JSON.stringify(local.slice(0, 40))} may not stand behind a prefix`)
  }

  function resolve(prefix: string): string | undefined {
    for (let at = source.depth; at > 0; at--) {
      const uri = scopes[at]?.[prefix]
      if (uri !== undefined) return uri
    }
    return prefix === 'xml' ? XML : prefix === 'xmlns' ? XMLNS : undefined
  }
}

function onContent(parser: Parser, handler: XmlReaderHandler, source: Source): void {
  parser.on('text', text => {
    source.done(text)
    if (source.depth > 0) handler.text(text)
  })
  parser.on('cdata', text => {
    source.checkLength(text)
    source.count()
    if (handler.cdata) handler.cdata(text)
    else handler.text(text)
  })
  parser.on('comment', text => {
    source.checkLength(text)
    source.count()
    handler.comment?.(text)
  })
  parser.on('processinginstruction', ({ target, body }) => {
    source.checkLength(body)
    source.count()
    source.checkInstruction(target, body)
    handler.instruction?.(target, body)
  })
}
