import { GatewayError } from '../gateway/errors.ts'
import type { Content } from '../gateway/message.ts'
import type { XmlBytes } from './libxml2/document.ts'

/** The XML that a step works on: a body of bytes or text, or the message's own bytes while the body is still what was read from them. Throws MAPPING_FAILED for all others. */
export function xmlOf({ body, original, message, contentType }: Content, step: string): XmlBytes {
  if (body instanceof Uint8Array) return { bytes: body, contentType }
  if (typeof body === 'string') return { bytes: Buffer.from(body) }
  if (original !== undefined && body === original) return { bytes: message.body, contentType: message.contentType }
  const mend = 'put it before the step that makes the object, or let the source pass its XML on as bytes (format: bytes)'
  throw new GatewayError('MAPPING_FAILED', `${step} works on XML, and the body is an object that was read or made before; ${mend}`)
}
