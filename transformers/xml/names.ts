const START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c-\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}'
const NAME = new RegExp(`^[${START}][${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040]*$`, 'u')
const FIRST = new RegExp(`^[${START}]`, 'u')
const PLAIN = /^[A-Za-z_][\w.-]*$/

/** True for a name without a colon (Namespaces in XML 1.0, NCName). */
export function isXmlName(text: string): boolean {
  return PLAIN.test(text) || NAME.test(text)
}

/** True where the text's first character may begin a name. */
export function startsXmlName(text: string): boolean {
  const code = text.charCodeAt(0)
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || FIRST.test(text)
}
