import { fieldsOf } from '../../config/value.ts'
import type { Adapter } from '../adapter.ts'
import { createInbound } from './inbound.ts'
import { layOperation, operationOptions, sourceOf, sourceOptions, systemOptions } from './options.ts'
import { createOutbound } from './outbound.ts'

/** AMQP 0-9-1, as RabbitMQ speaks it: any queue of any broker as source, a queue or an exchange as target. */
export const amqp: Adapter = {
  name: 'amqp',
  queues: { isOwn, identify },
  source: {
    options: sourceOptions,
    describe: options => `amqp ${sourceOf(options).queue}`,
    createInbound,
  },
  system: {
    options: systemOptions,
    operationOptions,
    lay: layOperation,
    params: () => [],
    createOutbound,
  },
}

function isOwn(options: unknown): boolean {
  return options !== undefined && placeOf(options).url === undefined
}

function identify(options: unknown): string | undefined {
  const { queue, url } = placeOf(options)
  return queue === undefined ? undefined : JSON.stringify([url ?? null, queue])
}

/** A short text is a queue of the gateway's own broker. */
function placeOf(options: unknown): { readonly queue?: unknown; readonly url?: unknown } {
  return typeof options === 'string' ? { queue: options } : fieldsOf(options)
}
