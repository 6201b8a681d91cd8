import { GatewayError } from '../../gateway/errors.ts'
import { type Attachment, type Package, partOf } from './attachments.ts'

// XML-binary Optimized Packaging (https://www.w3.org/TR/xop10/): base64 as a part of its own, an Include in its place.
const XOP = 'http://www.w3.org/2004/08/xop/include'
const INCLUDE = /<(?:([^\s<>/:"'=]+):)?Include\s([^<>]*?)(?:\/>|>\s*<\/(?:\1:)?Include\s*>)/g
const HREF = /\bhref\s*=\s*["']([^"']*)["']/

/** The text with the attachments in place of what includes them; throws NOT_READABLE where one is missing, or all of them are more than `most` bytes. */
export function includeParts(text: string, parts: Package, most: number): string {
  if (!text.includes(XOP)) return text
  let room = most
  return text.replaceAll(INCLUDE, (_, _prefix, attributes: string) => {
    const { body } = partOf(parts, (HREF.exec(attributes)?.[1] ?? '').replaceAll('&amp;', '&'))
    room -= body.length
    if (room < 0) throw new GatewayError('NOT_READABLE', `the parts that the answer includes are more than ${most} bytes`)
    return body.toString('base64')
  })
}

/** A payload, and what was taken out of it. */
export interface Packed {
  readonly payload: Uint8Array
  readonly parts: readonly Attachment[]
}

const VALUE = /<((?:[^\s<>/:"'=]+:)?([^\s<>/:"'=]+))((?:\s[^<>]*)?)>([A-Za-z0-9+/]+={0,2})<\/\1\s*>/g

/** Takes base64 of at least `from` bytes out of the elements of these local names, or of any where none are told. Only what comes back as it was. */
export function excludeParts(
  payload: Uint8Array,
  { names, from }: { readonly names?: ReadonlySet<string>; readonly from: number },
): Packed {
  if (payload.length < from) return { payload, parts: [] }
  const parts: Attachment[] = []
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()
  const rest = text.replaceAll(VALUE, (all, name: string, local: string, attributes: string, value: string) => {
    if (value.length < from || (names && !names.has(local))) return all
    const body = Buffer.from(value, 'base64')
    if (body.toString('base64') !== value) return all
    const id = `${parts.length + 1}@waybill`
    parts.push({ id, contentType: 'application/octet-stream', body })
    return `<${name}${attributes}><xop:Include xmlns:xop="${XOP}" href="cid:${id}"/></${name}>`
  })
  return parts.length === 0 ? { payload, parts } : { payload: Buffer.from(rest), parts }
}
