import type { SoapVersion } from './model.ts'

export const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
export const WSDL_20 = 'http://www.w3.org/ns/wsdl'
export const MIME = 'http://schemas.xmlsoap.org/wsdl/mime/'
export const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'

/** The namespaces of the SOAP bindings' elements (WSDL 1.1, section 3; its member submission for SOAP 1.2). */
export const SOAP: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/wsdl/soap/',
  '1.2': 'http://schemas.xmlsoap.org/wsdl/soap12/',
}

/** The bindings to HTTP; the second is what some tools write for SOAP 1.2. */
export const HTTP_TRANSPORTS: readonly string[] = ['http://schemas.xmlsoap.org/soap/http', 'http://www.w3.org/2003/05/soap/bindings/HTTP/']

/** Of WS-Addressing Metadata: `Action` attributes and policy assertions; and of its drafts, which tools still write. */
export const ADDRESSING_METADATA: readonly string[] = [
  'http://www.w3.org/2007/05/addressing/metadata',
  'http://www.w3.org/2007/02/addressing/metadata',
  'http://www.w3.org/2006/05/addressing/wsdl',
]

/** WS-Policy 1.5 and 1.2. */
export const POLICY: readonly string[] = ['http://www.w3.org/ns/ws-policy', 'http://schemas.xmlsoap.org/ws/2004/09/policy']

/** WS-SecurityPolicy 1.2 and 1.1. */
export const SECURITY_POLICY: readonly string[] = [
  'http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702',
  'http://schemas.xmlsoap.org/ws/2005/07/securitypolicy',
]

/** The assertions that messages are MTOM. */
export const MTOM_ASSERTIONS: readonly string[] = [
  '{http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization}OptimizedMimeSerialization',
  '{http://www.w3.org/2007/08/soap12-mtom-policy}MTOM',
]

export const SECURITY_UTILITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
