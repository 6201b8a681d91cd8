import { asGatewayError, GatewayError } from '../../gateway/errors.ts'
import type { Answer, Message } from '../../gateway/message.ts'
import type { Gateway, Receipt } from '../../gateway/ports.ts'
import type { SourceBinding } from '../adapter.ts'
import { type Memory, readBody } from '../http/body.ts'
import { callerOf } from '../http/caller.ts'
import type { Identify } from '../http/clients.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Endpoint, Located } from '../http/paths.ts'
import { answerHeaders } from './addressed.ts'
import { faultAction, isNone } from './addressing.ts'
import { type Asked, declaredReply, payloadReply, rawReply } from './answer-reply.ts'
import { type HeadParts, type Heard, watchHead } from './head.ts'
import { keepBody } from './parsed.ts'
import type { ReceiptWriter } from './receipt.ts'
import { postReply } from './reply-to.ts'
import { readRequest } from './request.ts'
import { errorReply, type Reply, respond, TAKEN } from './respond.ts'
import { type TokenUser, usedNonce } from './security.ts'
import { soapTypeOf } from './soap-type.ts'
import { type Choose, messageOf, operationOf } from './source-message.ts'

/** What the sources of a path are served with. */
export interface EndpointParts extends HeadParts {
  readonly choose: Choose
  receipts(binding: SourceBinding): ReceiptWriter
  readonly gateway: Gateway
  readonly identify: Identify
  readonly memory: Memory
}

/** Takes envelopes: makes a Message of each, and answers when the gateway has it, or has the target's reply. */
export function createSoapEndpoint(parts: EndpointParts): Endpoint {
  return async (exchange, located) => {
    const taken = await take(exchange, located, parts)
    await deliver(exchange, taken, await answer(exchange, taken, parts))
  }
}

const XOP = /^multipart\/related\b.*application\/xop\+xml/i

interface Taken extends Asked {
  readonly message: Message
  readonly binding: SourceBinding
  readonly heard: Heard
}

async function take(exchange: Exchange, located: Located, parts: EndpointParts): Promise<Taken> {
  const { site, clients } = parts
  const known = parts.identify(exchange.req.headers)
  const type = soapTypeOf(exchange.req.headers)
  const bytes = await readBody(exchange, site.options, parts.memory)
  const heard: Heard = { addressing: undefined, route: undefined, user: undefined }
  const request = readRequest(bytes, type.contentType, site.reading, watchHead(exchange, type, heard, parts))
  const binding = parts.choose(operationOf(request))
  const user = heard.user && (await takeNonce(heard.user, parts))
  const client = user !== undefined && Object.hasOwn(clients, user) ? clients[user] : known
  const message = messageOf(binding, { exchange, located, client, contentType: type.contentType, bytes, heard, request })
  if (!site.options.raw) keepBody(bytes, request.body)
  const packed = XOP.test(type.contentType) ? site.base64(request.operation) : undefined
  return { message, binding, heard, request, addressing: heard.addressing, parts: packed }
}

/** The user's name; throws where the nonce was used before. */
async function takeNonce({ name, nonce }: TokenUser, { site, gateway }: EndpointParts): Promise<string> {
  if (nonce && !(await gateway.takeOnce(`soap ${site.options.path} ${name} ${nonce.value}`, nonce.untilMs))) throw usedNonce()
  return name
}

async function answer(exchange: Exchange, taken: Taken, parts: EndpointParts): Promise<Reply> {
  const { message, binding, heard } = taken
  if (binding.route.reply) return answerCall(exchange, taken, parts)
  const [receipt] = await parts.gateway.accept([message])
  if (!receipt) throw new GatewayError('INTERNAL', 'accept resolved without a receipt')
  return heard.route?.reply && isNone(heard.route.reply) ? TAKEN : receiptReply(taken, receipt, parts)
}

async function receiptReply(taken: Taken, receipt: Receipt, { receipts }: EndpointParts): Promise<Reply> {
  const payload = await receipts(taken.binding)(receipt, taken.message, taken.request.operation)
  return payload ? payloadReply(taken, payload) : TAKEN
}

async function answerCall(exchange: Exchange, taken: Taken, parts: EndpointParts): Promise<Reply> {
  const { message, heard } = taken
  // With a MessageID the caller will ask again, and the reply is kept for it; with a ReplyTo nobody waits here.
  const signal = callerOf(exchange, message.identity === undefined && !heard.route?.reply)
  try {
    const result = await parts.gateway.call(message, signal)
    return 'replayed' in result ? receiptReply(taken, result, parts) : replyOf(taken, result, parts)
  } catch (error) {
    if (!heard.route?.fault || !taken.addressing) throw error
    const headers = answerHeaders(taken.request.version, taken.addressing, { action: '', isFault: true })
    return errorReply(taken.request.version, asGatewayError(error), message.correlationId, headers)
  }
}

function replyOf(taken: Taken, result: Answer, { site }: EndpointParts): Reply {
  if (result.fault) return declaredReply(taken, result)
  if (site.options.raw) return rawReply(result)
  const { operation } = taken.request
  return operation && !operation.described.output ? TAKEN : payloadReply(taken, result.body, result.headers)
}

/** Back on the connection, or to the endpoint that the sender named; then 202 says that it is there. */
async function deliver(exchange: Exchange, { heard, addressing, request }: Taken, reply: Reply): Promise<void> {
  const isFault = reply.status >= 400
  const endpoint = isFault ? heard.route?.fault : heard.route?.reply
  if (!endpoint || !addressing || reply.body.length === 0) return respond(exchange, reply)
  if (isNone(endpoint)) return respond(exchange, TAKEN)
  const action = isFault ? faultAction(addressing.ns) : (request.operation?.described.replyAction ?? `${addressing.action ?? ''}Response`)
  await postReply(endpoint, request.version, reply, action)
  respond(exchange, TAKEN)
}
