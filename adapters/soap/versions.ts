import type { SoapVersion } from './wsdl/model.ts'

/** Namespaces of the two envelopes (SOAP 1.1, section 4; SOAP 1.2 part 1, section 5). */
export const ENVELOPES: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

/** Content types of an envelope on its own. */
export const CONTENT_TYPES: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml; charset=utf-8',
}

/** The encodings of SOAP 1.1, section 5, and SOAP 1.2 part 2, section 3. */
export const ENCODINGS: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/encoding/',
  '1.2': 'http://www.w3.org/2003/05/soap-encoding',
}

/** The version of an envelope by its namespace; undefined for none that is known. */
export function versionOf(ns: string): SoapVersion | undefined {
  if (ns === ENVELOPES['1.1']) return '1.1'
  return ns === ENVELOPES['1.2'] ? '1.2' : undefined
}
