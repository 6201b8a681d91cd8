import { duration, type OptionSchema, type Options, size } from '../../gateway/options.ts'
import { basicOptions, bearerOption, tlsOptions } from '../rest/system-options.ts'

const VERSIONS = ['1.1', '1.2'] as const
const wsdlOperation = {
  type: 'string',
  minLength: 1,
  description: 'Operation of the WSDL.',
  example: 'ReserveStock',
} as const satisfies OptionSchema
const shared = {
  action: {
    type: 'string',
    description: 'SOAPAction (1.1), or the action of the content type (1.2). Default: what the WSDL says, else empty.',
    example: 'urn:warehouse:ReserveStock',
  },
  headers: {
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'HTTP headers of every request, beside those that the gateway sets.',
  },
  blocks: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'Header blocks of every envelope: XML, each one element with its namespace.',
    example: ['<s:Session xmlns:s="urn:s">1</s:Session>'],
  },
  addressing: { type: 'boolean', description: 'WS-Addressing headers (2005/08). Default: where the WSDL asks for them.' },
  mtom: { type: 'boolean', description: 'Large base64 values go as MTOM parts. Default: where the WSDL asks for it.' },
  gzip: { type: 'boolean', description: 'Requests go compressed. Answers may come so in any case.' },
} as const satisfies Readonly<Record<string, OptionSchema>>

/** A system that speaks SOAP, by its WSDL or, without one, by its address. */
export const soapSystemOptions = {
  type: 'object',
  additionalProperties: false,
  description:
    'A SOAP service: with its WSDL each of its operations is a target, `system.Operation`; without one any XML goes to its address.',
  example: { wsdl: 'schemas/warehouse.wsdl', url: 'https://warehouse.example/soap', timeout: '20s' },
  properties: {
    wsdl: {
      type: 'string',
      format: 'file',
      description: 'WSDL 1.1 of the service, a file of the project.',
      example: 'schemas/warehouse.wsdl',
    },
    url: { type: 'string', format: 'url', description: "Where it is. Default: the address of the WSDL's port." },
    port: { type: 'string', minLength: 1, description: 'Port of the WSDL. Default: the first with a SOAP binding of that version.' },
    version: { type: 'string', enum: VERSIONS, description: "SOAP version. Default: the port's; without a WSDL 1.1." },
    operation: wsdlOperation,
    timeout: { ...duration, default: '30s', description: 'From the start, connecting included, to the last byte of the answer.' },
    connectTimeout: { ...duration, default: '5s', description: 'To connect, with TLS.' },
    maxReply: { ...size, default: '1MB', description: 'Largest answer kept; a larger one counts by its beginning, and its body is cut.' },
    ...shared,
    mtomFrom: { ...size, default: '2KB', description: 'A base64 value of this size or more is large.' },
    tls: tlsOptions,
  },
} as const satisfies OptionSchema

/** An operation of a system: `soap: ReserveStock`, or the same in parts. No defaults: what is absent is the system's. */
export const soapOperationOptions = {
  description: 'What differs from the system for this operation.',
  example: 'ReserveStock',
  anyOf: [
    wsdlOperation,
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        operation: wsdlOperation,
        timeout: { ...duration, description: 'From the start to the last byte of the answer.' },
        maxReply: { ...size, description: 'Largest answer kept.' },
        ...shared,
      },
    },
  ],
} as const satisfies OptionSchema

/** Credentials of a system. */
export const soapAuthOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'How requests are authenticated; a user name token may stand beside one of the others.',
  example: { usernameToken: { username: 'waybill', password: '$' + '{env:WAREHOUSE_PASSWORD}' } },
  properties: {
    usernameToken: {
      type: 'object',
      additionalProperties: false,
      required: ['username', 'password'],
      description: 'WS-Security UsernameToken 1.0.',
      properties: {
        username: { type: 'string', description: 'User name.' },
        password: { type: 'string', secret: true, description: 'Password.' },
        digest: { type: 'boolean', default: false, description: 'The password goes as a digest with nonce and time instead of as text.' },
        timestamp: { type: 'boolean', default: true, description: 'A Timestamp of five minutes stands beside it.' },
      },
    },
    basic: basicOptions,
    bearer: bearerOption,
  },
} as const satisfies OptionSchema

export type SoapSystem = Options<typeof soapSystemOptions>
export type SoapAuth = Options<typeof soapAuthOptions>
export type UsernameToken = NonNullable<SoapAuth['usernameToken']>

/** An operation's resolved options over its system's. */
export function layOperation(system: unknown, operation: unknown): SoapSystem {
  const under = system as SoapSystem
  const over = typeof operation === 'string' ? { operation } : ((operation ?? {}) as Partial<SoapSystem>)
  return { ...under, ...over, ...((under.headers || over.headers) && { headers: { ...under.headers, ...over.headers } }) }
}
