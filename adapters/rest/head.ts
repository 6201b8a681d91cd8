import { DEADLINE, readDeadline } from '../../gateway/deadline.ts'
import type { Message, Meta } from '../../gateway/message.ts'
import type { Formats } from '../../transformers/format.ts'
import type { SourceBinding } from '../adapter.ts'
import { admit, type Identify } from '../http/clients.ts'
import type { Exchange } from '../http/exchange.ts'
import { endToEnd, traceparentOf } from '../http/headers.ts'
import type { Located } from '../http/paths.ts'
import { idempotencyKeyOf, identityOf } from './identity.ts'
import { contentTypeOf, replyTypeOf, requireFormType, requireJsonAccepted } from './negotiate.ts'
import { isBodyless, type RestSource } from './source-options.ts'

/** A request whose body is not read yet. */
export interface Reading {
  readonly exchange: Exchange
  readonly located: Located
  readonly binding: SourceBinding
  readonly options: RestSource
  readonly identify: Identify
  readonly formats: readonly Formats[]
}

/** A message without what the body says. */
export type Head = Omit<Message, 'body' | 'stored' | 'receivedAt'>

/** What the head of a request says of its message; throws where its sender, its types or its key are not what the source takes. */
export function readHead({ exchange, located, binding, options, identify, formats }: Reading): Head {
  const { route, index, source } = binding
  const { headers } = exchange.req
  const client = identify(headers)
  admit(client, route.name, source.client)
  const replyType = route.reply ? replyTypeOf(headers.accept, formats) : requireJsonAccepted(headers.accept)
  const key = idempotencyKeyOf(headers)
  return {
    id: exchange.id,
    route: route.name,
    sourceIndex: index,
    source: source.name,
    client: client?.name,
    identity: key === undefined ? undefined : identityOf(client?.name, route.name, key),
    correlationId: exchange.correlationId,
    traceparent: traceparentOf(headers),
    contentType: typeOf(exchange, options, formats),
    headers: endToEnd(headers),
    meta: metaOf(located),
    ...readDeadline(headers[DEADLINE]),
    ...(replyType !== undefined && { replyType }),
  }
}

function typeOf(exchange: Exchange, { multipart, types = [] }: RestSource, formats: readonly Formats[]): string {
  const { headers } = exchange.req
  if (multipart) return requireFormType(headers['content-type'])
  return bringsBody(exchange) ? contentTypeOf(headers, { formats, types }) : ''
}

// RFC 9110, 9.3.1 and 9.3.5: a GET, HEAD or DELETE has none unless it says so; all others are about theirs.
function bringsBody({ req: { method = '', headers } }: Exchange): boolean {
  if (!isBodyless(method)) return true
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || headers['content-type'] !== undefined
}

const NOTHING: Meta = {}

function metaOf({ path, query }: Located): Meta {
  if (!path && !query) return NOTHING
  return { ...(path && { path }), ...(query && { query }) }
}
