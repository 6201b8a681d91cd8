import { GatewayError } from '../../../gateway/errors.ts'
import type { XmlPlace } from '../../xml/events.ts'

/** SCHEMA_INVALID with the place in the document. */
export function unfit(xpath: string, message: string, place?: XmlPlace): GatewayError {
  const where = place ? `line ${place.line}, column ${place.column}: ` : ''
  return new GatewayError('SCHEMA_INVALID', `${where}${xpath}: ${message}`, {
    errors: [{ ...(place && { line: place.line, column: place.column }), xpath, message, rule: 'xsd' }],
  })
}

/** MAPPING_FAILED with the place in the body: a JSON pointer (RFC 6901). */
export function unwritable(path: readonly (string | number)[], message: string): GatewayError {
  const pointer = path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  return new GatewayError('MAPPING_FAILED', `${pointer === '' ? 'the body' : pointer}: ${message}`, {
    errors: [{ pointer, message, rule: 'xsd' }],
  })
}

/** `a, b or c`; cut where it is long. */
export function anyOf(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), `${names.length - 11} others`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
}

/** What was seen, in quotes, cut where it is long. */
export function seen(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)
}

/** The kind of a value of a body, for people. */
export function kindName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `the text ${seen(value)}`
  if (typeof value === 'object') return /^-?\d/.test(String(value)) ? `the number ${String(value).slice(0, 60)}` : 'an object'
  return typeof value === 'number' ? `the number ${value}` : String(value)
}
