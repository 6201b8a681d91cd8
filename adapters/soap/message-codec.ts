import type { JsonSchema } from '../../config/project.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { clark, type XmlHandler, type XmlName, type XmlPlace, type XmlTag } from '../../transformers/xml/events.ts'
import type { ElementDeclaration } from '../../transformers/xsd/model.ts'
import { withAttached } from './attached.ts'
import { escapeAttribute } from './element.ts'
import type { WsdlMessage, WsdlOperation, WsdlPart } from './wsdl/model.ts'

/** Reads one element; its `result` comes after its `close`. */
export interface ValueReader extends XmlHandler {
  result(): unknown
}

/** An element's value to XML, well-formed by itself, and back. */
export interface ElementCodec {
  /** `place` tells where the source is, for faults. */
  reader(place?: () => XmlPlace): ValueReader
  /** Throws MAPPING_FAILED where the body has no form in it. */
  write(body: unknown): string
  /** Of the body. */
  readonly schema?: JsonSchema
}

/** Makes the codec of an element; asked once for each. */
export type Codecs = (element: ElementDeclaration) => ElementCodec

/** What stands in Body for one message of an operation. */
export interface MessageCodec extends ElementCodec {
  /** Of the element; undefined where Body is empty. */
  readonly root: XmlName | undefined
}

/** The codec of a message: document style the content of the element, rpc an object of the parts (WSDL 1.1, 3.5); parts that travel beside the envelope are members of either. */
export function createMessageCodec(operation: Pick<WsdlOperation, 'style'>, message: WsdlMessage, codecs: Codecs): MessageCodec {
  return withAttached(codecOf(operation, message, codecs), message.attachments)
}

function codecOf({ style }: Pick<WsdlOperation, 'style'>, message: WsdlMessage, codecs: Codecs): MessageCodec {
  if (style === 'rpc') return rpcCodec(message, codecs)
  const [part] = message.parts
  if (!part) return EMPTY
  const codec = codecs(elementOf(part))
  return {
    root: part.element?.name ?? { ns: '', local: part.name },
    reader: codec.reader,
    write: codec.write,
    get schema() {
      return codec.schema ?? {}
    },
  }
}

const EMPTY: MessageCodec = {
  root: undefined,
  reader() {
    throw new GatewayError('NOT_READABLE', 'the operation takes an empty Body')
  },
  write: () => '',
}

/** The element that a part is; of an rpc part with a type an accessor without a namespace (WSDL 1.1, 3.5; Basic Profile 1.1, R2735). */
export function elementOf(part: WsdlPart): ElementDeclaration {
  if (part.element) return part.element
  return { name: { ns: '', local: part.name }, type: part.type, nillable: true, abstract: false, global: false }
}

function rpcCodec({ namespace, wrapper, parts }: WsdlMessage, codecs: Codecs): MessageCodec {
  const root = { ns: namespace, local: wrapper }
  const members = parts.map(part => ({ name: part.name, codec: codecs(elementOf(part)) }))
  const byName = new Map(members.map(member => [member.name, member.codec]))
  return {
    root,
    reader: place => rpcReader(root, byName, place),
    write: body => writeRpc(root, members, body),
    get schema() {
      return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(members.map(({ name, codec }) => [name, codec.schema ?? {}])),
      }
    },
  }
}

function rpcReader(root: XmlName, parts: ReadonlyMap<string, ElementCodec>, place: (() => XmlPlace) | undefined): ValueReader {
  const body: Record<string, unknown> = {}
  let depth = 0
  let name = ''
  let inner: ValueReader | undefined
  function openPart(tag: XmlTag): ValueReader {
    const codec = parts.get(tag.local)
    if (!codec) throw wrongPart(root, tag, `allowed: ${[...parts.keys()].join(', ') || 'none'}`)
    if (Object.hasOwn(body, tag.local)) throw wrongPart(root, tag, 'it stands twice')
    name = tag.local
    return codec.reader(place)
  }
  return {
    open(tag) {
      depth += 1
      if (depth === 1) return
      if (depth === 2) inner = openPart(tag)
      inner?.open(tag)
    },
    text(text) {
      if (inner) inner.text(text)
      else if (text.trim() !== '') throw new GatewayError('SCHEMA_INVALID', `text stands between the parts of ${root.local}`)
    },
    close() {
      depth -= 1
      inner?.close()
      if (depth !== 1 || !inner) return
      body[name] = inner.result()
      inner = undefined
    },
    result: () => body,
  }
}

function wrongPart(root: XmlName, tag: XmlTag, why: string): GatewayError {
  const message = `${clark(tag)} is no part of ${root.local} here; ${why}`
  return new GatewayError('SCHEMA_INVALID', message, { errors: [{ message, rule: 'part' }] })
}

function writeRpc({ ns, local }: XmlName, parts: readonly { name: string; codec: ElementCodec }[], body: unknown): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new GatewayError(
      'MAPPING_FAILED',
      `the body of ${local} must be an object of its parts: ${parts.map(({ name }) => name).join(', ')}`,
    )
  }
  const values = new Map(Object.entries(body))
  const unknown = [...values.keys()].find(name => !parts.some(part => part.name === name))
  if (unknown !== undefined) throw new GatewayError('MAPPING_FAILED', `${local} has no part "${unknown.slice(0, 100)}"`)
  const content = parts.map(({ name, codec }) => (values.has(name) ? codec.write(values.get(name)) : '')).join('')
  return ns === '' ? `<${local}>${content}</${local}>` : `<m:${local} xmlns:m="${escapeAttribute(ns)}">${content}</m:${local}>`
}
