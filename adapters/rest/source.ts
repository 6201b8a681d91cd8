import { GatewayError } from '../../gateway/errors.ts'
import type { Message } from '../../gateway/message.ts'
import type { Gateway } from '../../gateway/ports.ts'
import type { Formats } from '../../transformers/format.ts'
import type { SourceBinding } from '../adapter.ts'
import { callerOf } from '../http/caller.ts'
import type { Identify } from '../http/clients.ts'
import type { Exchange } from '../http/exchange.ts'
import { type LargeParts, takeBody } from '../http/large-body.ts'
import type { Endpoint } from '../http/paths.ts'
import { respondAnswer, respondReceipt } from '../http/respond.ts'
import { readHead } from './head.ts'
import { restSource } from './source-options.ts'

export interface SourceParts {
  readonly gateway: Gateway
  readonly identify: Identify
  /** Where its bodies are read. */
  readonly large: LargeParts
  readonly formats: readonly Formats[]
}

/** The endpoint of a source: makes a Message of a request and answers when the gateway has it, or has the target's reply. */
export function createSourceEndpoint(binding: SourceBinding, { gateway, large, ...parts }: SourceParts): Endpoint {
  const options = restSource(binding.source.options)
  return async (exchange, located) => {
    const head = readHead({ exchange, located, binding, options, ...parts })
    const taken = await takeBody(exchange, options, large)
    const message = { ...head, ...taken, receivedAt: Date.now() }
    if (binding.route.reply) return answerCall(exchange, message, gateway)
    const [receipt] = await gateway.accept([message])
    if (!receipt) throw new GatewayError('INTERNAL', 'accept resolved without a receipt')
    respondReceipt(exchange, receipt)
  }
}

async function answerCall(exchange: Exchange, message: Message, gateway: Gateway): Promise<void> {
  // With a key the caller will ask again, and the reply is kept for it.
  const answer = await gateway.call(message, callerOf(exchange, message.identity === undefined))
  if ('replayed' in answer) respondReceipt(exchange, answer)
  else respondAnswer(exchange, answer)
}
