import { GatewayError } from '../../gateway/errors.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not stand in XML 1.0 as it is
const IN_TEXT = /[<>&\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, and white space that a reader would turn into spaces
const IN_ATTRIBUTE = /[<&"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Tells where in the body a value stands, for error texts. */
export type Where = () => string

/** Character data that is read as `value` again. Throws MAPPING_FAILED for characters that XML 1.0 cannot hold. */
export function escapeText(value: string, where?: Where): string {
  return IN_TEXT.test(value) ? checked(value, where).replace(/[<>&\r]/g, escapeOf) : value
}

/** An attribute's value, to stand in double quotes, that is read as `value` again. Throws MAPPING_FAILED for characters that XML 1.0 cannot hold. */
export function escapeAttribute(value: string, where?: Where): string {
  return IN_ATTRIBUTE.test(value) ? checked(value, where).replace(/[<&"\t\n\r]/g, escapeOf) : value
}

/** The value itself. Throws MAPPING_FAILED where it has characters that XML 1.0 cannot hold (section 2.2). */
export function checked(value: string, where?: Where): string {
  const at = value.search(NO_CHARACTER)
  if (at < 0) return value
  const code = value.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  throw unwritable(`character ${at + 1} of the value is U+${code}, which XML 1.0 cannot hold`, where)
}

/** MAPPING_FAILED with the place in the body. */
export function unwritable(message: string, where?: Where): GatewayError {
  const pointer = where?.()
  if (pointer === undefined) return new GatewayError('MAPPING_FAILED', message, { errors: [{ message }] })
  return new GatewayError('MAPPING_FAILED', `${pointer}: ${message}`, { errors: [{ pointer, message }] })
}

function escapeOf(char: string): string {
  return ESCAPES[char] ?? char
}
