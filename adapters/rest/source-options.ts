import { duration, type OptionSchema, type Options, resolveOptions, size } from '../../gateway/options.ts'

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const
export type Method = (typeof METHODS)[number]

/** A source: `rest: POST /v1/orders`, or the same in parts. */
export const restSourceOptions = {
  description: 'A method and a path of listen.http; `:name` in the path is a parameter (meta.path.name).',
  example: 'POST /v1/orders',
  anyOf: [
    { type: 'string', pattern: '^(POST|PUT|PATCH|DELETE|GET) /[^\\s?#*]*$', description: 'Method and path in one line.' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['path'],
      properties: {
        method: { type: 'string', enum: METHODS, default: 'POST', description: 'HTTP method.' },
        path: { type: 'string', pattern: '^/[^\\s?#*]*$', description: 'Path; `:name` is a parameter.', example: '/v1/orders/:id' },
        maxBody: {
          ...size,
          default: '1MB',
          description:
            'Largest body, counted before and after inflating; a larger one is 413. Streamed bodies (bodyTimeout) may be of any size: 5GB.',
        },
        bodyTimeout: {
          ...duration,
          default: '30s',
          description:
            'From the headers to the last byte of the body; then 408. A body above store.inlineBodies into which nobody looks (format bytes, or split by record; no reply) is streamed to the body store: then it is the time for each 64 KB, and the whole may take a second more for each 100 KB of maxBody.',
        },
        multipart: {
          type: 'boolean',
          default: false,
          description:
            'The source takes forms (multipart/form-data) of up to 100 files: each file is a message, with meta.file, read by the format of the source. Fields stand in meta.query. Files are streamed, and may be of any size up to maxBody.',
        },
        types: {
          type: 'array',
          items: { type: 'string', pattern: '^[\\w.+-]+/[\\w.+-]+$' },
          description: 'Content types taken beside application/json and +json (all, where the format is bytes).',
          example: ['text/json'],
        },
      },
    },
  ],
} as const satisfies OptionSchema

/** A source's options in one form. */
export type RestSource = Exclude<Options<typeof restSourceOptions>, string>

/** The one form of a source's resolved options, short text or object. */
export function restSource(options: unknown): RestSource {
  if (typeof options !== 'string') return options as RestSource
  const [method, path = '/'] = options.split(' ')
  return resolveOptions(restSourceOptions.anyOf[1], { method, path })
}

// RFC 9110, 9.3.1 and 9.3.5.
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE'])

/** True for methods whose requests have no body unless they say so. */
export function isBodyless(method: string): boolean {
  return BODYLESS.has(method)
}

/** True for a source of such a method. */
export function hasNoBody(options: unknown): boolean {
  return isBodyless(restSource(options).method)
}

/** True for a source whose messages are the files of forms. */
export function takesFiles(options: unknown): boolean {
  return restSource(options).multipart
}

/** What people call it: `rest POST /v1/orders`. */
export function describeRestSource(options: unknown): string {
  const { method, path } = restSource(options)
  return `rest ${method} ${path}`
}
