import type { ClientConfig } from '../../config/project.ts'
import { DEADLINE, readDeadline } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Message, Meta } from '../../gateway/message.ts'
import type { SourceBinding } from '../adapter.ts'
import { admit } from '../http/clients.ts'
import type { Exchange } from '../http/exchange.ts'
import { endToEnd, traceparentOf } from '../http/headers.ts'
import type { Located } from '../http/paths.ts'
import { isAddressing } from './addressing.ts'
import { faultError } from './condition.ts'
import type { Heard } from './head.ts'
import { createHeaderTexts } from './header-texts.ts'
import type { ReadRequest } from './request.ts'
import { isSecurity } from './security.ts'
import { keysOf } from './site.ts'

/** Which of a path's sources takes an operation; throws BAD_REQUEST where none does. */
export type Choose = (operation: string | undefined) => SourceBinding

/** The source that names the operation, else the one that names none. */
export function createChoose(bindings: readonly SourceBinding[]): Choose {
  const byOperation = new Map(bindings.map(binding => [keysOf(binding.source).operation, binding]))
  return operation => {
    const found = byOperation.get(operation) ?? byOperation.get(undefined)
    if (found) return found
    const known = [...byOperation.keys()].join(', ')
    throw new GatewayError('BAD_REQUEST', `nothing here takes the operation ${(operation ?? '').slice(0, 200)}; known: ${known}`)
  }
}

/** What a message is made of. */
export interface MessageParts {
  readonly exchange: Exchange
  readonly located: Located
  readonly client: ClientConfig | undefined
  readonly contentType: string
  readonly bytes: Uint8Array
  readonly heard: Heard
  readonly request: ReadRequest
}

/** The message that a request brings; throws where its sender may not use the route. */
export function messageOf({ route, index, source }: SourceBinding, parts: MessageParts): Message {
  const { exchange, located, heard, request, contentType, bytes } = parts
  const client = parts.client?.name ?? heard.user?.name
  admit(parts.client, route.name, source.client)
  const { headers } = exchange.req
  const messageId = heard.addressing?.messageId
  return {
    id: exchange.id,
    route: route.name,
    sourceIndex: index,
    source: source.name,
    client,
    identity: messageId === undefined ? undefined : `soap:${client ?? '-'}:${route.name}:${messageId}`,
    correlationId: exchange.correlationId,
    traceparent: traceparentOf(headers),
    contentType,
    headers: request.headers.length === 0 ? endToEnd(headers) : { ...endToEnd(headers), ...blocksIn(request) },
    meta: metaOf(located, operationOf(request)),
    body: bytes,
    receivedAt: Date.now(),
    ...readDeadline(headers[DEADLINE]),
  }
}

const UNDECLARED = createHeaderTexts([], () => {
  throw new Error('there are no codecs')
})

function blocksIn({ headers, operation }: ReadRequest): Record<string, string> {
  const blocks = headers.filter(block => !isAddressing(block) && !isSecurity(block))
  return (operation?.headers() ?? UNDECLARED).read(blocks, error => {
    throw faultError(error.code, error.detail, { kind: 'Client', ofHeader: true })
  })
}

/** Without a WSDL the payload's name stands for the operation. */
export function operationOf({ operation, root }: ReadRequest): string | undefined {
  return operation?.described.name ?? root?.local
}

function metaOf({ path, query }: Located, operation: string | undefined): Meta {
  return { ...(operation !== undefined && { operation }), ...(path && { path }), ...(query && { query }) }
}
