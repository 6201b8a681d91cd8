import type { Adapter } from '../adapter.ts'
import { createInbound } from './inbound.ts'
import { layOperation, operationOptions, sourceOf, sourceOptions, systemOptions } from './options.ts'
import { createOutbound } from './outbound.ts'

/** AMQP 0-9-1, as RabbitMQ speaks it: any queue of any broker as source, a queue or an exchange as target. */
export const amqp: Adapter = {
  name: 'amqp',
  source: {
    options: sourceOptions,
    describe: options => `amqp ${sourceOf(options).queue}`,
    createInbound,
    onOwnBroker: options => sourceOf(options).url === undefined,
  },
  system: {
    options: systemOptions,
    operationOptions,
    lay: layOperation,
    params: () => [],
    createOutbound,
  },
}
