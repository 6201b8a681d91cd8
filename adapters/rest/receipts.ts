import { GatewayError } from '../../gateway/errors.ts'
import type { Receipts } from '../../gateway/receipts.ts'
import type { Identify } from '../http/clients.ts'
import type { Endpoint } from '../http/paths.ts'
import { respondJson } from '../http/respond.ts'
import { requireJsonAccepted } from './negotiate.ts'

/** Whose receipts a caller may see: its own; those of nobody where it shows no key; all in a project without clients. */
function createOwner(identify: Identify, hasClients: boolean): (headers: Parameters<Identify>[0]) => string | undefined {
  return headers => (hasClients ? (identify(headers)?.name ?? '') : undefined)
}

/** `GET /receipts/:id`, for the client that sent the message; anybody else's is NOT_FOUND. */
export function createReceiptEndpoint(receipts: Receipts, identify: Identify, hasClients: boolean): Endpoint {
  const owner = createOwner(identify, hasClients)
  return async (exchange, { path }) => {
    const { headers } = exchange.req
    requireJsonAccepted(headers.accept)
    const id = path?.id ?? ''
    const view = await receipts.receipt(id, owner(headers))
    if (!view) throw notFound(id)
    respondJson(exchange, view)
  }
}

/** `GET /receipts/:id/rejects`: the records of a message that could not be accepted, a page of them, for the client that sent it; `cursor` asks for the next. */
export function createRejectsEndpoint(receipts: Receipts, identify: Identify, hasClients: boolean): Endpoint {
  const owner = createOwner(identify, hasClients)
  return async (exchange, { path, query }) => {
    const { headers } = exchange.req
    requireJsonAccepted(headers.accept)
    const [id, cursor] = [path?.id ?? '', query?.cursor]
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
      throw new GatewayError('BAD_REQUEST', 'the cursor is not one that this list gave')
    if (!(await receipts.receipt(id, owner(headers)))) throw notFound(id)
    const page = await receipts.rejects(id, cursor, REJECTS)
    respondJson(exchange, { ...page, items: page.items.map(({ raw, ...one }) => ({ ...one, ...recordOf(raw) })) })
  }
}

/** Rejects of a page. */
const REJECTS = 100
/** Of a record so much is shown. */
const SHOWN_BYTES = 4_096

/** The record as it came: its text, or base64 where it is none in UTF-8. */
function recordOf(raw: Uint8Array | undefined): { readonly record?: string; readonly base64?: string } {
  if (!raw) return {}
  const shown = raw.subarray(0, SHOWN_BYTES)
  try {
    return { record: new TextDecoder('utf-8', { fatal: true }).decode(shown, { stream: raw.length > SHOWN_BYTES }) }
  } catch {
    return { base64: Buffer.from(shown).toString('base64') }
  }
}

function notFound(id: string): GatewayError {
  return new GatewayError('NOT_FOUND', `there is no receipt ${id.slice(0, 64)} of yours`)
}

/** `GET /receipts?key=K&route=R`: a page of them, newest first; `cursor` asks for the next. */
export function createReceiptsEndpoint(receipts: Receipts, identify: Identify, hasClients: boolean): Endpoint {
  const owner = createOwner(identify, hasClients)
  return async (exchange, { query }) => {
    const { headers } = exchange.req
    requireJsonAccepted(headers.accept)
    const { key, route, cursor } = query ?? {}
    if (key === undefined)
      throw new GatewayError('BAD_REQUEST', 'the query needs key, and may name route and cursor: /receipts?key=K&route=R')
    const client = owner(headers)
    const page = await receipts.receipts({
      key,
      ...(route !== undefined && { route }),
      ...(cursor !== undefined && { cursor }),
      ...(client !== undefined && { client }),
      limit: 50,
    })
    respondJson(exchange, page)
  }
}
