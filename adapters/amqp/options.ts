import type { OptionSchema, Options } from '../../gateway/options.ts'
import { duration, resolveOptions, size } from '../../gateway/options.ts'

const url = {
  type: 'string',
  format: 'url',
  secret: true,
  description: "The broker, if it is not the gateway's own: `amqp://user:password@host:5672/vhost`, or amqps://.",
  example: 'amqp://orders.example:5672',
} as const satisfies OptionSchema

const queueName = {
  type: 'string',
  minLength: 1,
  pattern: '^(?!amq\\.)[^\\u0000-\\u001f]{1,255}$',
  example: 'orders',
} as const satisfies OptionSchema

/** What stands behind `from: { amqp: ... }` in its long form. */
export const sourceObject = {
  type: 'object',
  additionalProperties: false,
  required: ['queue'],
  properties: {
    queue: { ...queueName, description: 'The queue to consume from.' },
    url,
    exchange: { type: 'string', minLength: 1, description: 'Bind the queue to this exchange.', example: 'shop.events' },
    bindingKey: {
      anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'string' } }],
      description: 'With which keys to bind, one or a list; needs `exchange`. Default: the empty key.',
      example: 'order.*',
    },
    arguments: {
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
      description: 'Arguments of the binding, for a headers exchange; needs `exchange`.',
    },
    declare: {
      type: 'boolean',
      description: "Create the queue (durable, quorum) where it is missing. Default: true on the gateway's own broker, false on others.",
    },
    prefetch: {
      type: 'integer',
      minimum: 1,
      maximum: 2_000,
      default: 64,
      description: 'How many messages may be on their way from the queue into the gateway and not yet acknowledged.',
    },
    maxBody: { ...size, default: '8MB', description: 'A larger body becomes a dead letter (TOO_LARGE).' },
  },
} as const satisfies OptionSchema

/** `from: { amqp: orders }` or the long form. */
export const sourceOptions = {
  anyOf: [{ ...queueName, description: 'The queue to consume from.' }, sourceObject],
} as const satisfies OptionSchema

const headers = {
  type: 'object',
  additionalProperties: { type: 'string' },
  description: "Headers with a fixed text, laid over the message's own.",
} as const satisfies OptionSchema

const replyObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    within: { ...duration, default: '30s', description: 'How long an answer is waited for before the attempt counts as failed.' },
    maxReply: { ...size, default: '8MB', description: 'Largest answer; a larger one is a BAD_REPLY.' },
    errorHeader: {
      type: 'string',
      minLength: 1,
      default: 'waybill-error',
      description: 'An answer with this header is a refusal; its value is the code.',
      example: 'x-error',
    },
  },
} as const satisfies OptionSchema

const reply = {
  description:
    'RPC: the request names a reply queue of the gateway (durable, one for the system), and the answer is known by its correlation-id.',
  example: true,
  anyOf: [{ type: 'boolean', description: 'Whether the system answers.' }, replyObject],
} as const satisfies OptionSchema

const address = {
  queue: { ...queueName, description: 'The queue to publish to, through the default exchange. Either this, or `exchange`.' },
  exchange: { type: 'string', minLength: 1, description: 'The exchange to publish to.', example: 'shop.events' },
  routingKey: { type: 'string', description: 'With `exchange`: the routing key, up to 255 bytes.', example: 'order.placed' },
  headers,
  reply,
} as const satisfies Readonly<Record<string, OptionSchema>>

/** What stands behind `amqp:` in a system, in its long form. */
export const systemObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...address,
    url,
    declare: {
      enum: ['quorum', 'none'],
      description:
        "Create the queue (durable, of type quorum) at start where it is missing; on the gateway's own broker only. Default: quorum there.",
    },
  },
} as const satisfies OptionSchema

/** `systems: { x: { amqp: orders.us } }` or the long form. */
export const systemOptions = {
  anyOf: [{ ...queueName, description: "A queue of the gateway's own broker." }, systemObject],
} as const satisfies OptionSchema

/** What an operation may say over its system. */
export const operationOptions = {
  anyOf: [
    { ...queueName, description: "A queue of the system's broker." },
    { type: 'object', additionalProperties: false, properties: address },
  ],
} as const satisfies OptionSchema

export type SourceOptions = Options<typeof sourceObject>
export type SystemOptions = Options<typeof systemObject>

/** How answers are waited for. */
export type ReplyOptions = Options<typeof replyObject>

/** How a target's answers are waited for; undefined where none come. */
export function repliesOf({ reply: given }: SystemOptions): ReplyOptions | undefined {
  if (given === undefined || given === false) return undefined
  return given === true ? resolveOptions(replyObject, {}) : given
}

/** A source's options in one form. */
export function sourceOf(options: unknown): SourceOptions {
  return typeof options === 'string' ? resolveOptions(sourceObject, { queue: options }) : (options as SourceOptions)
}

/** A system's options in one form. */
export function systemOf(options: unknown): SystemOptions {
  return typeof options === 'string' ? { queue: options } : (options as SystemOptions)
}

/** An operation's options over its system's: where it names a queue or an exchange, the system's address does not count. */
export function layOperation(system: unknown, operation: unknown): SystemOptions {
  const under = systemOf(system)
  const over = systemOf(operation ?? {})
  const headers = { ...under.headers, ...over.headers }
  if (over.queue === undefined && over.exchange === undefined) return { ...under, ...over, headers }
  const { queue: _queue, exchange: _exchange, routingKey: _routingKey, ...kept } = under
  return { ...kept, ...over, headers }
}
