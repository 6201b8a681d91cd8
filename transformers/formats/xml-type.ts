/** True for the content types of XML (RFC 7303); a name in lower case, without parameters. */
export function isXmlType(type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml')
}
