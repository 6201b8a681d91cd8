import type { OptionSchema, Options } from '../options.ts'
import { duration, size } from '../options.ts'

const retention = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'How long settled messages are kept. What is undelivered or dead is never taken.',
  properties: {
    bodies: { ...duration, default: '7d', description: 'Bodies, from the moment the message was received.' },
    receipts: { ...duration, default: '30d', description: 'Receipts with their story, from the moment the message was received.' },
    maxSize: {
      ...size,
      default: '20GB',
      description:
        'Above this size of the store, large bodies included, the oldest settled bodies go early; receipts as well where the database alone is larger.',
    },
  },
} as const satisfies OptionSchema

const bounds = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'Where intake answers 503 until there is room again.',
  properties: {
    maxQueued: { type: 'integer', minimum: 1, default: 1_000_000, description: 'Undelivered deliveries.' },
    maxQueuedSize: {
      ...size,
      default: '4GB',
      description: 'Bytes of undelivered deliveries in the store itself; those in the body store are bounded by minFree.',
    },
    minFree: {
      ...size,
      default: '256MB',
      description: 'Free space on the disk of the store. A large body that would go below it is refused while it comes.',
    },
  },
} as const satisfies OptionSchema

/** `store` in waybill.yaml. */
export const storeOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    path: {
      type: 'string',
      format: 'file',
      minLength: 1,
      default: 'data',
      description: 'The folder that holds the store; one gateway owns it.',
    },
    identityWindow: {
      ...duration,
      default: '24h',
      description: 'How long after its settlement a message is known by its identity: the same again gets the same receipt.',
    },
    inlineBodies: {
      ...size,
      default: '1MB',
      description: 'Bodies above it lie as files beside the store, once each, and queues carry a reference to them.',
    },
    retention,
    bounds,
  },
} as const satisfies OptionSchema

export type StoreOptions = Options<typeof storeOptions>
