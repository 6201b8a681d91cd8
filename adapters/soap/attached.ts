import { randomUUID } from 'node:crypto'
import type { JsonSchema } from '../../config/project.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import type { Attachment, Part } from './attachments.ts'
import { attributeOf, createElementReader, escapeAttribute, textOf } from './element.ts'
import type { MessageCodec } from './message-codec.ts'
import { afterElement, afterMisc, startTagAt } from './tags.ts'
import type { WsdlAttachment } from './wsdl/model.ts'

// Parts of a message that travel beside the envelope (WSDL 1.1, 5.3; WS-I Attachments Profile 1.0) are members of the body by their names. Where
// a payload lies as bytes, before it is sent or after it has come, they stand behind it as elements of this namespace, which are never sent.
const NS = 'urn:waybill:attachment'
const START = `<w:part xmlns:w="${NS}" `

/** Members of the body for the parts of a package that carry the message's own, and the parts that do not: by `name=` at the beginning of the Content-ID or by the whole of it, the rest in their order. */
export function attachedMembers(
  declared: readonly WsdlAttachment[],
  parts: readonly Part[],
): { readonly members: Readonly<Record<string, unknown>>; readonly loose: readonly Part[] } {
  const left = [...parts]
  const take = (fits: (part: Part) => boolean) => left.splice(left.findIndex(fits), left.some(fits) ? 1 : 0)[0]
  const named = declared.map(({ name }) => ({ name, part: take(({ id }) => isNamed(id, name)) }))
  const found = named.flatMap(({ name, part }) => {
    const own = part ?? left.shift()
    return own ? [[name, { '@contentType': own.contentType, $: own.body.toString('base64') }] as const] : []
  })
  return { members: Object.fromEntries(found), loose: left }
}

function isNamed(id: string, name: string): boolean {
  return id === name || id.startsWith(`${name}=`) || id.startsWith(`${encodeURIComponent(name)}=`)
}

/** The codec of a message with such parts: they are members of its body, and what it writes has them behind the payload. */
export function withAttached(codec: MessageCodec, declared: readonly WsdlAttachment[] | undefined): MessageCodec {
  if (!declared) return codec
  return {
    root: codec.root,
    reader: codec.reader,
    write(body) {
      const values: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {}
      const names = declared.map(({ name }) => name)
      const others = Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
      const attached = declared.flatMap(each => (values[each.name] === undefined ? [] : [writePart(each, values[each.name])]))
      return codec.write(others) + attached.join('')
    },
    get schema() {
      return schemaWith(codec.schema ?? {}, declared)
    },
  }
}

function schemaWith(schema: JsonSchema, declared: readonly WsdlAttachment[]): JsonSchema {
  const { properties } = schema
  const value = {
    type: 'object',
    required: ['$'],
    additionalProperties: false,
    properties: { '@contentType': { type: 'string' }, $: { type: 'string', contentEncoding: 'base64' } },
  }
  const own = Object.fromEntries(declared.map(({ name }) => [name, value]))
  return { ...schema, properties: { ...(typeof properties === 'object' ? properties : {}), ...own } }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

function writePart({ name, type }: WsdlAttachment, value: unknown): string {
  const { '@contentType': told = type, $: content }: { '@contentType'?: unknown; $?: unknown } = Object(value)
  if (typeof content === 'string' && typeof told === 'string' && content.length % 4 === 0 && BASE64.test(content))
    return partXml(name, told, content)
  throw new GatewayError('MAPPING_FAILED', `the part ${name} travels as an attachment: it needs "$" in base64, and may have "@contentType"`)
}

function partXml(name: string, type: string, base64: string): string {
  return `${START}name="${escapeAttribute(name)}" type="${escapeAttribute(type)}">${base64}</w:part>`
}

/** Members as they stand behind a payload. */
export function writeMembers(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members)
    .map(([name, value]) => writePart({ name, type: 'application/octet-stream' }, value))
    .join('')
}

/** A payload, or a whole document, and what stands behind it. */
export interface Cut {
  readonly payload: Uint8Array
  readonly attached: readonly (Attachment & { readonly name: string })[]
}

/** Takes off what stands behind a payload. */
export function cutAttached(bytes: Uint8Array): Cut {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!buffer.includes(START)) return { payload: bytes, attached: [] }
  const text = buffer.toString()
  const end = endOf(text)
  return { payload: Buffer.from(text.slice(0, end)), attached: readParts(text.slice(end)) }
}

/** Where the first element ends; 0 where the payload is empty. */
function endOf(text: string): number {
  const at = afterMisc(text, 0)
  if (text.startsWith(START, at)) return 0
  const root = startTagAt(text, at, {})
  return (root && afterElement(text, root)) ?? text.length
}

function readParts(text: string): Cut['attached'] {
  if (text.trim() === '') return []
  const reader = createElementReader()
  readXml(`<parts>${text}</parts>`, reader)
  return reader.result().children.flatMap(child => {
    if (typeof child === 'string') return []
    const [name = '', contentType = ''] = ['name', 'type'].map(local => attributeOf(child, '', local))
    return [{ name, id: `${encodeURIComponent(name)}=${randomUUID()}@waybill`, contentType, body: Buffer.from(textOf(child), 'base64') }]
  })
}

/** What was taken off, as members of the body. */
export function membersOf(attached: Cut['attached']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attached.map(({ name, contentType, body }) => [name, { '@contentType': contentType, $: Buffer.from(body).toString('base64') }]),
  )
}

/** A body with the members of what was taken off. */
export function withMembers(body: unknown, attached: Cut['attached']): unknown {
  return attached.length === 0 ? body : { ...Object(body), ...membersOf(attached) }
}

/** The payload, and the bytes that stand behind it. */
export function behind(bytes: Uint8Array): { readonly payload: Uint8Array; readonly parts: Uint8Array } {
  const { payload, attached } = cutAttached(bytes)
  return { payload, parts: attached.length === 0 ? new Uint8Array() : bytes.subarray(payload.length) }
}
