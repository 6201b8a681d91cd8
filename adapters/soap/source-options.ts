import { duration, type OptionSchema, type Options, resolveOptions, size } from '../../gateway/options.ts'

const PATH = '^/[^\\s?#*]*$'

const tokenOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['users'],
  description: 'Senders must show a WS-Security UsernameToken.',
  properties: {
    users: {
      type: 'object',
      additionalProperties: { type: 'string', secret: true },
      minProperties: 1,
      description: 'Passwords by user name; a name of clients.yaml is that client, with its scopes.',
      example: { shop: '$' + '{env:SHOP_PASSWORD}' },
    },
    digest: { type: 'boolean', default: false, description: 'Takes a PasswordDigest only, never a password in clear.' },
    maxAge: { ...duration, default: '5m', description: 'How old Created and Timestamp may be; a nonce is taken once within it.' },
  },
} as const satisfies OptionSchema

/** A source: `soap: /ws/orders`, or the same with what holds for all sources of the path. */
export const soapSourceOptions = {
  description: 'A path of listen.http that takes SOAP 1.1 and 1.2; several routes may share it, one an operation.',
  example: '/ws/orders',
  anyOf: [
    { type: 'string', pattern: PATH, description: 'The path.' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['path'],
      properties: {
        path: { type: 'string', pattern: PATH, description: 'The path.', example: '/ws/orders' },
        versions: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', enum: ['1.1', '1.2'] },
          default: ['1.1', '1.2'],
          description: 'SOAP versions that are taken; another one is a VersionMismatch.',
        },
        raw: {
          type: 'boolean',
          default: false,
          description:
            'The whole message is handed on as it came, envelope and parts included, so that signatures stay valid; replies likewise.',
        },
        maxBody: { ...size, default: '1MB', description: 'Largest message, with its attachments, before and after inflating.' },
        bodyTimeout: { ...duration, default: '30s', description: 'From the headers to the last byte of the body.' },
        role: { type: 'string', minLength: 1, description: 'An actor or role that is played here, beside next and the ultimate receiver.' },
        understands: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: [],
          description: 'Header blocks with mustUnderstand that the route takes care of: `local` or `{namespace}local`.',
          example: ['{urn:shop:session}Session'],
        },
        replyTo: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: [],
          description: 'Hosts (`host` or `host:port`) that a wsa:ReplyTo or wsa:FaultTo may name. Default: none, only the connection.',
          example: ['erp.example:8443'],
        },
        security: {
          type: 'object',
          additionalProperties: false,
          description: 'WS-Security.',
          properties: { usernameToken: tokenOptions },
        },
        attachments: {
          type: 'boolean',
          default: false,
          description:
            'Parts that no xop:Include refers to and that the WSDL does not declare become `$attachments` of the body: a list of `@id`, `@contentType` and `$` in base64. Otherwise they are refused.',
        },
        many: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Without a WSDL: the elements that are lists, as for `format: xml`.',
          example: ['/Order/Line'],
        },
        prefixes: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Without a WSDL: prefixes of names in bodies, as for `format: xml`.',
        },
        lossy: {
          type: 'array',
          items: { enum: ['comments', 'instructions', 'mixed'] },
          description: 'Without a WSDL: what may be lost, as for `format: xml`.',
        },
        trustedProxies: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: [],
          description: 'Addresses of proxies whose X-Forwarded-Proto, -Host and -Prefix count for the address in ?wsdl.',
          example: ['127.0.0.1'],
        },
      },
    },
  ],
} as const satisfies OptionSchema

/** Keys of a source beside `soap`. */
export const soapSourceKeys = {
  wsdl: {
    type: 'string',
    format: 'file',
    description: 'WSDL 1.1 of the path. Without it: any envelope, the payload as body.',
    example: 'schemas/orders.wsdl',
  },
  operation: {
    type: 'string',
    minLength: 1,
    description: 'The operation of the WSDL that this route takes. Default: all that no other source of the path takes.',
    example: 'PlaceOrder',
  },
  receipt: {
    type: 'string',
    minLength: 1,
    description:
      "Mapping that makes the operation's response of the receipt (`id`, `state`, `receipt`), where the route has no `reply`, or keeps late ones. Default: id and state, if the response has them, else an empty 202.",
    example: 'receipt-to-response',
  },
} as const satisfies Readonly<Record<string, OptionSchema>>

/** The options of a path in one form. */
export type SoapSource = Exclude<Options<typeof soapSourceOptions>, string>

/** The keys beside it. */
export interface SoapSourceKeys {
  readonly wsdl?: string
  readonly operation?: string
  readonly receipt?: string
}

/** The one form of a source's resolved options, short text or object. */
export function soapSource(options: unknown): SoapSource {
  return typeof options === 'string' ? resolveOptions(soapSourceOptions.anyOf[1], { path: options }) : (options as SoapSource)
}

/** What people call it: `soap /ws/orders PlaceOrder`. */
export function describeSoapSource(options: unknown, { operation }: Readonly<Record<string, unknown>>): string {
  const { path } = soapSource(options)
  return operation === undefined ? `soap ${path}` : `soap ${path} ${operation}`
}
