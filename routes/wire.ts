import type { Content, StoredBody } from '../gateway/message.ts'
import type { Format } from '../transformers/format.ts'
import { writeJson } from '../transformers/json/codec.ts'
import { typeName } from './formats.ts'

/** A body as it goes over the wire. */
export interface Wire {
  readonly contentType: string
  readonly body: Uint8Array
  readonly stored?: StoredBody
}

/** What was read of a message, and how. */
export interface Read {
  readonly content: Content
  readonly format: Format
}

/** What a target is sent. Bytes out are bytes in where no transformer made another body, and the target takes their kind. */
export function requestWire(read: Read, out: Content, target: Format | undefined): Wire {
  const { contentType, body } = out
  const untouched = body === read.content.body
  if (untouched && isPassed(read.format, contentType, target)) {
    const { body, stored } = out.message
    return stored ? { contentType, body, stored } : { contentType, body }
  }
  return written(body, contentType, target)
}

function isPassed(source: Format, contentType: string, target: Format | undefined): boolean {
  if (source.wraps || target?.wraps) return false
  return target === undefined || (target.takes(typeName(contentType)) && target.dialect === source.dialect)
}

/** A body in a format; without one bytes go as they are, and all else as JSON. */
export function written(body: unknown, contentType: string, format: Format | undefined, operation?: string): Wire {
  if (body instanceof Uint8Array && !format?.wraps) return { contentType, body }
  if (format) return { contentType: format.contentType, body: format.write(body, operation) }
  return { contentType: contentType.includes('json') ? contentType : 'application/json', body: writeJson(body) }
}
