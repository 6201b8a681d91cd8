import { duration, type OptionSchema, type Options, resolveOptions, size } from '../../gateway/options.ts'

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const
const headers = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'Headers of every request, beside those that the gateway sets.',
} as const satisfies OptionSchema
const path = {
  type: 'string',
  pattern: '^/[^\\s#]*$',
  description: "Appended to the url's own path; `:name` is filled from the operation's `path` rules.",
  example: '/contacts/:id',
} as const satisfies OptionSchema

const body = {
  enum: ['none'],
  description: 'Where the requests have no body: what the transformers make is not sent. Those of GET never have one.',
} as const satisfies OptionSchema

/** How a system is reached over TLS. */
export const tlsOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'For https. The server is always verified.',
  properties: {
    ca: { type: 'string', description: 'Who is trusted instead of the usual authorities: a PEM file of the project, or PEM text.' },
    cert: { type: 'string', description: 'Our certificate: a PEM file of the project, or PEM text.' },
    key: { type: 'string', secret: true, description: 'Its key: a PEM file of the project, or PEM text.' },
    servername: { type: 'string', description: "The name that the server's certificate must bear; default: the url's host." },
  },
} as const satisfies OptionSchema

/** A system: `rest: https://host/path`, or the same in parts. */
export const restSystemOptions = {
  description: 'An HTTP address; alone, each message is a POST to it.',
  example: { url: 'https://warehouse.example/orders', timeout: '20s' },
  anyOf: [
    { type: 'string', format: 'url', description: 'The address.' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['url'],
      properties: {
        url: {
          type: 'string',
          format: 'url',
          description: 'Where it is: scheme, host and port, and the path that all requests begin with.',
        },
        method: { type: 'string', enum: METHODS, default: 'POST', description: 'HTTP method.' },
        path,
        timeout: {
          ...duration,
          default: '30s',
          description:
            'From the start, connecting included, to the last byte of the answer. A body of the body store is streamed: then it counts anew from each 64 KB that the target takes, and the whole may take a second more for each 100 KB.',
        },
        connectTimeout: { ...duration, default: '5s', description: 'To connect, with TLS.' },
        maxReply: { ...size, default: '1MB', description: 'Largest answer kept; a larger one counts by its status, and its body is cut.' },
        body,
        headers,
        tls: tlsOptions,
      },
    },
  ],
} as const satisfies OptionSchema

/** An operation of a system: `rest: PATCH /contacts/:id`, or the same in parts. No defaults: what is absent is the system's. */
export const restOperationOptions = {
  description: 'What differs from the system for this operation.',
  example: 'PATCH /contacts/:id',
  anyOf: [
    { type: 'string', pattern: '^(POST|PUT|PATCH|DELETE|GET)( /[^\\s#]*)?$', description: 'Method and path in one line.' },
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        method: { type: 'string', enum: METHODS, description: 'HTTP method.' },
        path,
        timeout: { ...duration, description: 'From the start to the last byte of the answer.' },
        maxReply: { ...size, description: 'Largest answer kept.' },
        body,
        headers,
      },
    },
  ],
} as const satisfies OptionSchema

/** `basic` of a system's credentials. */
export const basicOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['username', 'password'],
  description: 'HTTP basic authentication.',
  properties: {
    username: { type: 'string', description: 'User name.' },
    password: { type: 'string', secret: true, description: 'Password.' },
  },
} as const satisfies OptionSchema

/** `bearer` of a system's credentials. */
export const bearerOption = {
  type: 'string',
  minLength: 1,
  secret: true,
  description: 'Authorization: Bearer with this token.',
} as const satisfies OptionSchema

/** Credentials of a system. */
export const restAuthOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'How requests are authenticated: one of these.',
  example: { bearer: '$' + '{env:CRM_TOKEN}' },
  properties: {
    bearer: bearerOption,
    basic: basicOptions,
    apiKey: {
      type: 'object',
      additionalProperties: false,
      required: ['header', 'value'],
      description: 'A key in a header of its own.',
      properties: {
        header: { type: 'string', pattern: '^[A-Za-z0-9-]+$', description: 'Name of the header.', example: 'X-Api-Key' },
        value: { type: 'string', secret: true, description: 'The key.' },
      },
    },
  },
} as const satisfies OptionSchema

/** A system's options in one form. */
export type RestSystem = Exclude<Options<typeof restSystemOptions>, string>
export type RestAuth = Options<typeof restAuthOptions>

/** The one form of resolved options, whether they were written as a url, as an object, or are the two laid over one another by `layOperation`. */
export function restSystem(options: unknown): RestSystem {
  if (typeof options !== 'string') return options as RestSystem
  return resolveOptions(restSystemOptions.anyOf[1], { url: options })
}

/** An operation's resolved options over its system's. */
export function layOperation(system: unknown, operation: unknown): RestSystem {
  const under = restSystem(system)
  const over = typeof operation === 'string' ? methodAndPath(operation) : ((operation ?? {}) as Partial<RestSystem>)
  return { ...under, ...over, ...((under.headers || over.headers) && { headers: { ...under.headers, ...over.headers } }) }
}

function methodAndPath(text: string): Partial<RestSystem> {
  const [method, path] = text.split(' ')
  return { method: method as RestSystem['method'], ...(path !== undefined && { path }) }
}
