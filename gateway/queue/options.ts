import { duration, type OptionSchema, type Options } from '../options.ts'

/** `queue: { rabbitmq: ... }` in waybill.yaml. */
export const rabbitmqOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  description: 'Deliveries that are ready lie in quorum queues of RabbitMQ 3.10 or newer, `waybill.PROJECT.TARGET`, one for each target.',
  properties: {
    url: {
      type: 'string',
      format: 'url',
      pattern: '^amqps?://',
      secret: true,
      description: 'The broker: amqp:// or amqps://, with user, password and virtual host.',
      example: 'amqp://waybill:PASSWORD@broker.example:5672/orders',
    },
    prefix: {
      type: 'string',
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description: 'What the names of the work queues begin with. Default: waybill.PROJECT.',
      example: 'waybill.orders',
    },
    prefetch: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 32,
      description: 'How many unacknowledged deliveries of one target the gateway may hold, where its inFlight asks for no more.',
    },
    heartbeat: { ...duration, default: '10s', description: 'A broker that is silent for about three of these counts as gone.' },
    window: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 256,
      description: 'How many publications may wait for their confirm.',
    },
    confirmTimeout: {
      ...duration,
      default: '30s',
      description: 'Without a confirm in this time the connection is destroyed and what is in doubt is published again.',
    },
  },
} as const satisfies OptionSchema

export type RabbitmqOptions = Options<typeof rabbitmqOptions>
