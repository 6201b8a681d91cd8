import { DEADLINE, readDeadline } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Message, Meta } from '../../gateway/message.ts'
import type { Gateway } from '../../gateway/ports.ts'
import type { Formats } from '../../transformers/format.ts'
import type { SourceBinding } from '../adapter.ts'
import { callerOf } from '../http/caller.ts'
import { admit, type Identify } from '../http/clients.ts'
import type { Exchange } from '../http/exchange.ts'
import { endToEnd, traceparentOf } from '../http/headers.ts'
import { type LargeParts, takeBody } from '../http/large-body.ts'
import type { Endpoint, Located } from '../http/paths.ts'
import { respondAnswer, respondReceipt } from '../http/respond.ts'
import { idempotencyKeyOf, identityOf } from './identity.ts'
import { contentTypeOf, replyTypeOf, requireJsonAccepted } from './negotiate.ts'
import { isBodyless, type RestSource, restSource } from './source-options.ts'

export interface SourceParts {
  readonly gateway: Gateway
  readonly identify: Identify
  /** Where its bodies are read. */
  readonly large: LargeParts
  readonly formats: readonly Formats[]
}

/** The endpoint of a source: makes a Message of a request and answers when the gateway has it, or has the target's reply. */
export function createSourceEndpoint(binding: SourceBinding, { gateway, ...parts }: SourceParts): Endpoint {
  const options = restSource(binding.source.options)
  return async (exchange, located) => {
    const message = await readMessage({ exchange, located, binding, options, ...parts })
    if (binding.route.reply) return answerCall(exchange, message, gateway)
    const [receipt] = await gateway.accept([message])
    if (!receipt) throw new GatewayError('INTERNAL', 'accept resolved without a receipt')
    respondReceipt(exchange, receipt)
  }
}

interface Reading extends Omit<SourceParts, 'gateway'> {
  readonly exchange: Exchange
  readonly located: Located
  readonly binding: SourceBinding
  readonly options: RestSource
}

async function readMessage({ exchange, located, binding, options, identify, large, formats }: Reading): Promise<Message> {
  const { route, index, source } = binding
  const { headers } = exchange.req
  const client = identify(headers)
  admit(client, route.name, source.client)
  const replyType = route.reply ? replyTypeOf(headers.accept, formats) : requireJsonAccepted(headers.accept)
  const key = idempotencyKeyOf(headers)
  const contentType = bringsBody(exchange) ? contentTypeOf(headers, { formats, types: options.types ?? [] }) : ''
  const traceparent = traceparentOf(headers)
  const taken = await takeBody(exchange, options, large)
  return {
    id: exchange.id,
    route: route.name,
    sourceIndex: index,
    source: source.name,
    client: client?.name,
    identity: key === undefined ? undefined : identityOf(client?.name, route.name, key),
    correlationId: exchange.correlationId,
    traceparent,
    contentType,
    headers: endToEnd(headers),
    meta: metaOf(located),
    ...taken,
    receivedAt: Date.now(),
    ...readDeadline(headers[DEADLINE]),
    ...(replyType !== undefined && { replyType }),
  }
}

function bringsBody({ req: { method = '', headers } }: Exchange): boolean {
  if (!isBodyless(method)) return true
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || headers['content-type'] !== undefined
}

const NOTHING: Meta = {}

function metaOf({ path, query }: Located): Meta {
  if (!path && !query) return NOTHING
  return { ...(path && { path }), ...(query && { query }) }
}

async function answerCall(exchange: Exchange, message: Message, gateway: Gateway): Promise<void> {
  // With a key the caller will ask again, and the reply is kept for it.
  const answer = await gateway.call(message, callerOf(exchange, message.identity === undefined))
  if ('replayed' in answer) respondReceipt(exchange, answer)
  else respondAnswer(exchange, answer)
}
