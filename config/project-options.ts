import { sftpClientOptions, sftpListenOptions } from '../adapters/sftp/server/options.ts'
import type { OptionSchema } from '../gateway/options.ts'
import type { ConfigSchema } from './form.ts'
import { refer } from './form.ts'
import { RETRY_DEFAULTS, retryOptions } from './route-options.ts'

/** `listen` in waybill.yaml. */
export const listenOptions = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'Where the gateway listens.',
  properties: {
    http: { type: 'string', format: 'address', default: '127.0.0.1:8080', description: 'For the sources that come over HTTP.' },
    sftp: sftpListenOptions,
    admin: { type: 'string', format: 'address', default: '127.0.0.1:8081', description: 'Health, metrics, management.' },
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['cert', 'key'],
      description: 'TLS for `http`; without it the address speaks plain HTTP.',
      properties: {
        cert: {
          type: 'string',
          pattern: '-----BEGIN ',
          description: 'The certificate chain, in PEM.',
          example: '$' + '{file:secrets/cert.pem}',
        },
        key: {
          type: 'string',
          pattern: '-----BEGIN ',
          secret: true,
          description: 'Its key, in PEM.',
          example: '$' + '{file:secrets/key.pem}',
        },
      },
    },
  },
} as const satisfies OptionSchema

/** One client, in clients.yaml or under `clients`. */
export const clientOptions = {
  type: 'object',
  noun: 'a client',
  additionalProperties: false,
  required: ['scopes'],
  properties: {
    description: { type: 'string', description: 'Who it is.' },
    owner: { type: 'string', description: 'Who answers for it.' },
    key: {
      description: 'Its API key for HTTP, never in plain text: `sha256:HEX`, or a reference; a list while a key is being changed.',
      example: '$' + '{env:SHOP_KEY}',
      anyOf: [
        { type: 'string', minLength: 16, secret: true },
        { type: 'array', minItems: 1, items: { type: 'string', minLength: 16, secret: true } },
      ],
    },
    sftp: sftpClientOptions,
    scopes: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'The routes that it may use; `*` is all.',
      example: ['orders'],
    },
  },
} as const satisfies ConfigSchema

const expectedEntries = {
  type: 'object',
  additionalProperties: {
    anyOf: [
      {
        type: 'object',
        noun: 'an expected delivery',
        additionalProperties: false,
        properties: {
          body: {
            description: 'What the body has at least; a list has these items and no more. A file of the project, or the value itself.',
          },
          headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'What the headers have at least.' },
          state: {
            enum: ['delivered', 'dead'],
            default: 'delivered',
            description: "How it ends, by the system's stand-in and settle rules; a system without a stand-in takes everything.",
          },
        },
        description: 'Each of its deliveries has at least this; where the entry has `batch`, what is sent in the end.',
      },
      { type: 'array', items: {}, description: 'The bodies of its deliveries, one for each record, in order.' },
    ],
  },
} as const satisfies ConfigSchema

/** One route test; a file of tests/ is a list of them. */
export const testOptions = {
  type: 'object',
  noun: 'a test',
  additionalProperties: false,
  required: ['test', 'send', 'expect'],
  properties: {
    test: { type: 'string', minLength: 1, description: 'What it shows, as a sentence.' },
    send: {
      type: 'object',
      additionalProperties: false,
      required: ['to'],
      description: 'The message.',
      properties: {
        to: { type: 'string', minLength: 1, description: 'The route.', example: 'orders' },
        body: { description: 'A file of the project, or the value itself.', example: 'samples/order.json' },
        headers: { type: 'object', additionalProperties: { type: 'string' }, default: {}, description: 'Its headers.' },
        source: { type: 'integer', minimum: 0, default: 0, description: 'Which source of the route, counted from 0.' },
        path: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Values of path parameters.',
          example: { id: '42' },
        },
        query: { type: 'object', additionalProperties: { type: 'string' }, description: 'Values of the query.', example: { dry: 'yes' } },
      },
    },
    expect: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      description: 'What must come of it; a value fits where it has at least what stands here.',
      properties: {
        answer: {
          type: 'object',
          noun: 'an expected answer',
          additionalProperties: false,
          minProperties: 1,
          description: "The sender's answer, as it would be over REST; without it the message must be accepted.",
          properties: {
            status: { type: 'integer', minimum: 100, maximum: 599, description: 'HTTP status.', example: 202 },
            code: { type: 'string', description: 'Code of the error.', example: 'NO_ROUTE' },
            fault: {
              description: "The fault that the route's `faults` make of a target's failure, by its name, or what it has at least.",
              example: 'CustomerNotFound',
              anyOf: [
                { type: 'string', minLength: 1 },
                {
                  type: 'object',
                  additionalProperties: false,
                  minProperties: 1,
                  properties: {
                    name: { type: 'string', description: 'Name of the fault in the WSDL.' },
                    code: { enum: ['Client', 'Server'], description: 'Who is to blame.' },
                    text: { type: 'string', description: 'In words.' },
                  },
                },
              ],
            },
            body: { description: 'What the body, or the detail of the fault, has at least.' },
          },
        },
        records: {
          type: 'object',
          noun: 'expected records',
          additionalProperties: false,
          minProperties: 1,
          description: 'Counts of the records that the message is split into, as in its receipt; without it none may be rejected.',
          properties: {
            read: { type: 'integer', minimum: 0, description: 'Records that were read.' },
            accepted: { type: 'integer', minimum: 0, description: 'Those that were accepted.' },
            known: { type: 'integer', minimum: 0, description: 'Those that `once` knows from the same message.' },
            rejected: { type: 'integer', minimum: 0, description: 'Those that could not be accepted.' },
            delivered: { type: 'integer', minimum: 0, description: 'Those that were delivered to all their targets.' },
            failed: { type: 'integer', minimum: 0, description: 'Those that a target refused.' },
            filtered: { type: 'integer', minimum: 0, description: 'Those that went to `none`.' },
            rejects: {
              type: 'array',
              items: {
                type: 'object',
                noun: 'an expected reject',
                additionalProperties: false,
                properties: {
                  number: { type: 'integer', minimum: 1, description: 'The number of the record.' },
                  line: { type: 'integer', minimum: 1, description: 'The line on which it begins.' },
                  code: { type: 'string', description: 'Code of the error.' },
                  detail: { type: 'string', description: 'In words.' },
                },
              },
              description: 'What each rejected record has at least, in order.',
            },
            error: {
              type: 'string',
              description: 'Code of the error that ended it before all records were taken.',
              example: 'RECORDS_REJECTED',
            },
          },
        },
        to: {
          ...expectedEntries,
          description: 'What each entry gets, by its name.',
          example: { warehouse: { body: { id: 'SO-1' } } },
        },
        done: {
          ...expectedEntries,
          description: "What each entry of the route's `done` gets, by its name.",
          example: { results: { body: { state: 'delivered' } } },
        },
        only: { type: 'boolean', default: false, description: 'No other entry gets anything.' },
        because: { type: 'string', description: 'The reason of `none`.' },
      },
    },
  },
} as const satisfies ConfigSchema

const name = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Name of the project.', example: 'web-orders' } as const

/** What only waybill.yaml says; `queue`, `store` and the definitions come from the folders that use them. */
export const projectKeys = {
  waybill: { const: 1, description: 'Version of the config language.' },
  name,
  listen: listenOptions,
  defaults: {
    type: 'object',
    additionalProperties: false,
    default: {},
    description: 'What holds where a route says nothing else.',
    properties: {
      retry: { ...retryOptions, description: `How a delivery that failed is tried again. Default: ${JSON.stringify(RETRY_DEFAULTS)}` },
    },
  },
  routes: {
    type: 'object',
    names: true,
    additionalProperties: refer('route'),
    description: 'The routes, by name; or one file each in routes/.',
  },
  models: {
    type: 'object',
    names: true,
    additionalProperties: { type: 'object', additionalProperties: {} },
    description: 'Canonical models (JSON Schema), by name; or one file each in models/.',
  },
  mappings: {
    type: 'object',
    names: true,
    additionalProperties: refer('mapping'),
    description: 'Mappings, by name; or one file each in mappings/.',
  },
  tables: {
    type: 'object',
    names: true,
    additionalProperties: { type: 'object', additionalProperties: {}, noun: 'a code table' },
    description: 'Code tables, key to value, by name; or one file each in tables/, YAML or CSV (first column: key).',
    example: { countries: { USA: 'US', Germany: 'DE' } },
  },
  clients: {
    type: 'object',
    names: true,
    additionalProperties: refer('client'),
    description: 'Who may call, by name; or in clients.yaml.',
  },
  tests: {
    type: 'object',
    names: true,
    additionalProperties: { type: 'array', items: refer('test') },
    description: 'Route tests; or files in tests/.',
  },
} as const satisfies Readonly<Record<string, ConfigSchema>>
