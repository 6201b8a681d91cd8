import { duration, expression, type OptionSchema, size } from '../gateway/options.ts'
import type { ConfigSchema } from './form.ts'
import { NAME_PATTERN, refer } from './form.ts'

/** A pipeline: a list of steps, or one. */
export const steps = {
  description: 'Transformers, in this order.',
  anyOf: [{ type: 'array', items: refer('step') }, refer('step')],
} as const

/** `retry`, in `defaults`, a route or an entry; what is absent comes from the next outer one. */
export const retryOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'How a delivery that failed is tried again.',
  properties: {
    delays: {
      type: 'array',
      minItems: 1,
      items: duration,
      description: 'Waits between the attempts; the last one repeats.',
      example: ['5s', '1m'],
    },
    giveUpAfter: { ...duration, description: 'Age at which a delivery becomes a dead letter.', example: '3d' },
    jitter: { type: 'number', minimum: 0, maximum: 1, description: 'Share of a delay that may be added or taken.', example: 0.2 },
  },
} as const satisfies OptionSchema

/** What `defaults.retry` is where nothing is told. */
export const RETRY_DEFAULTS = { delays: ['5s', '30s', '2m', '10m', '1h', '6h'], giveUpAfter: '3d', jitter: 0.2 } as const

/** `reply` of a route: it makes the route request-reply. */
export const replyOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['within'],
  description: "Request-reply: the sender waits for the target's answer.",
  properties: {
    within: { ...duration, description: 'How long the sender waits.', example: '10s' },
    late: {
      enum: ['keep', 'drop'],
      default: 'drop',
      description:
        'At the deadline: `keep` accepts the message and keeps the late reply under its receipt; `drop` answers 504 and forgets it.',
    },
  },
} as const satisfies OptionSchema

const because = { type: 'string', minLength: 1, description: 'Why nothing is sent, for `none`; receipts and ledger show it.' } as const

const when = { ...expression, description: 'Only messages for which this holds.', example: 'body.total > 0' } as const

/** Keys of a source beside its adapter's. */
export const sourceKeys = {
  schema: {
    type: 'string',
    format: 'file',
    description: 'JSON Schema or XSD that the body must fit.',
    example: 'schemas/shop-order.schema.json',
  },
  client: { type: 'string', pattern: NAME_PATTERN, description: 'The one client that may use this source.', example: 'shop' },
  format: {
    description:
      'How bodies are read, and replies written; of a list each, as Content-Type and Accept say. Default: json, or xml where the schema is an XSD.',
    anyOf: [refer('format'), { type: 'array', minItems: 1, items: refer('format') }],
  },
  unpack: {
    enum: ['gzip', 'zip', 'tar', 'tar.gz'],
    description: 'How bodies are packed; the files in one are read one after another. For routes that split by records.',
  },
  transform: steps,
} as const satisfies Readonly<Record<string, ConfigSchema>>

/** `batch` of an entry: many deliveries, one send. */
export const batchOptions = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  description:
    "Collects what goes to the entry, and sends it as one, in the system's format. Each member stays queued until that is delivered. It goes at whichever bound is reached first; one of `within` and `cron` is needed.",
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 100_000, default: 10_000, description: 'Members at which it goes.' },
    size: { ...size, default: '64MB', description: 'Bytes of members at which it goes.' },
    within: { ...duration, description: 'How long its oldest member waits at most.', example: '15m' },
    cron: { type: 'string', minLength: 9, description: 'When it goes.', example: '0 2 * * *' },
    timeZone: { type: 'string', default: 'UTC', description: 'Of `cron`.', example: 'Europe/Berlin' },
    header: {
      ...expression,
      description: 'What the format writes before the first record, where it has such a thing.',
      example: "{'sender': 'WAYBILL'}",
    },
  },
} as const satisfies OptionSchema

const entry = {
  type: 'object',
  noun: 'an entry',
  additionalProperties: false,
  required: ['system'],
  properties: {
    system: { type: 'string', minLength: 1, description: 'The target: `system` or `system.operation`.', example: 'warehouse.reserve' },
    as: {
      type: 'string',
      pattern: NAME_PATTERN,
      description: "The entry's name; default: the system's. Needed where a name would stand twice.",
    },
    when,
    transform: steps,
    answer: { ...steps, description: "Transformers that make the sender's answer of the target's, in request-reply." },
    retry: retryOptions,
    batch: batchOptions,
  },
} as const satisfies ConfigSchema

const branch = {
  noun: 'a branch',
  description: 'A condition and where to go; the last may be `otherwise`.',
  byKey: {
    when: {
      type: 'object',
      noun: 'a branch',
      additionalProperties: false,
      required: ['when', 'to'],
      properties: { when, to: refer('target'), because },
    },
    otherwise: { type: 'object', noun: 'a branch', additionalProperties: false, properties: { otherwise: refer('target'), because } },
  },
} as const satisfies ConfigSchema

/** Where a target may stand: its name, a list, an entry, a router. */
export const target = {
  description: 'Where messages go.',
  anyOf: [
    { type: 'string', minLength: 1, description: '`system`, `system.operation` or, with `because`, `none`.', example: 'warehouse' },
    { type: 'array', minItems: 1, items: refer('target'), description: 'All of these.' },
    {
      noun: 'an entry',
      byKey: {
        system: entry,
        first: {
          type: 'object',
          noun: 'a router',
          additionalProperties: false,
          properties: { first: { type: 'array', minItems: 1, items: branch, description: 'The first branch whose condition holds.' } },
        },
      },
    },
  ],
} as const satisfies ConfigSchema

const faults = {
  type: 'array',
  description: 'What the caller of a request-reply route is told where the target failed; the first row that holds counts.',
  items: {
    type: 'object',
    noun: 'a row of faults',
    additionalProperties: false,
    required: ['when'],
    properties: {
      when: {
        ...expression,
        description: "Over the target's `status`, `body`, `headers` and `fault`, and `error.code`.",
        example: 'status == 404',
      },
      fault: { type: 'string', minLength: 1, description: 'A fault that the WSDL of the source declares.', example: 'CustomerNotFound' },
      status: {
        type: 'integer',
        minimum: 400,
        maximum: 599,
        description: "HTTP status for callers by REST. Default: the target's own where it is 4xx, else that of the error.",
      },
      text: { type: 'string', description: 'In words, for people. Default: what the target said.' },
      map: { type: 'string', minLength: 1, description: "A mapping that makes the detail of the target's answer.", example: 'not-found' },
    },
  },
} as const satisfies ConfigSchema

/** `split` of a route: each record of a message is a message of its own. */
export const splitOptions = {
  type: 'object',
  noun: 'a split',
  additionalProperties: false,
  required: ['each'],
  description: 'Each record of a message becomes a message of its own, which goes through `transform`, `key`, `once` and `to`.',
  properties: {
    each: {
      ...expression,
      description:
        "`record`: those of the source's format (csv, fixed, lines, ndjson, json and xml with `records`); else a list in the body.",
      example: 'record',
    },
    rejects: {
      enum: ['go-on', 'stop', 'all-or-nothing'],
      description:
        'What becomes of the others where a record cannot be accepted: they go on; no more are taken at `stopAt`; or the whole is checked first, and nothing is accepted where one is bad. Default: go-on for files, all-or-nothing for lists.',
    },
    stopAt: {
      description: 'With `rejects: stop`: how many rejects, or which share of the records (of 100 at least). Default: 1.',
      anyOf: [
        { type: 'integer', minimum: 1, example: 50 },
        { type: 'string', pattern: '^(100|\\d{1,2}(\\.\\d+)?)%$', example: '5%' },
      ],
    },
  },
} as const satisfies ConfigSchema

/** `done` of a route that splits. */
export const doneOptions = {
  type: 'object',
  noun: 'a done',
  additionalProperties: false,
  required: ['to'],
  description:
    'When the last record of a message has ended, its receipt, with counts and rejects, goes on as a message of its own. Its `body` has `id`, `route`, `state`, `receivedAt`, `file`, `records` and `rejects`, and `error` where the message was not taken to its end.',
  properties: {
    to: refer('target'),
    because,
    within: { ...duration, description: 'After this time it goes as it is then, with records still open.', example: '2h' },
    transform: { ...steps, description: 'Transformers of the receipt, before its targets.' },
  },
} as const satisfies ConfigSchema

/** One route, in routes/NAME.yaml or under `routes`; `source` is made of the adapters. */
export const routeOptions = {
  type: 'object',
  noun: 'a route',
  additionalProperties: false,
  required: ['from', 'to'],
  properties: {
    description: { type: 'string', description: 'What it is for.' },
    owner: { type: 'string', description: 'Who answers for it.', example: 'order-desk@example.com' },
    from: { anyOf: [refer('source'), { type: 'array', minItems: 1, items: refer('source') }], description: 'One source, or a list.' },
    key: { ...expression, description: 'The business key: for search, and for order where asked; it may repeat.', example: 'body.id' },
    once: {
      ...expression,
      description: 'An identity of the business: the same value, from any source, is the same message.',
      example: 'body.id',
    },
    expiresAfter: {
      ...duration,
      description: 'How long after it came a message is of use to its targets. What is undelivered then is expired, and no longer sent.',
      example: '2h',
    },
    when: { ...expression, description: 'Only messages for which this holds; others have no route.', example: 'body.kind == "order"' },
    transform: { ...steps, description: "Transformers after the source's own: into the canonical model." },
    to: refer('target'),
    because,
    reply: replyOptions,
    split: splitOptions,
    done: doneOptions,
    faults,
    retry: retryOptions,
  },
} as const satisfies ConfigSchema
