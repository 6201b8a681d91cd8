import { GatewayError } from '../../gateway/errors.ts'
import type { XmlPlace } from './events.ts'

/** NOT_READABLE with the place in the document. */
export function unreadable({ line, column }: XmlPlace, message: string): GatewayError {
  return new GatewayError('NOT_READABLE', `line ${line}, column ${column}: ${message}`, { errors: [{ line, column, message }] })
}

/** The place behind a text. */
export function placeAfter(text: string): XmlPlace {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
    line++
    start = at + 1
  }
  return { line, column: text.length - start + 1 }
}
