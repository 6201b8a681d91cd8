import type { Request } from 'express'
import { GatewayError } from '../errors.ts'
import type { ReceiptQuery } from '../receipts.ts'
import type { Selection } from '../store/port.ts'
import type { Mapping } from './parts.ts'

const MAX_TEXT = 512
const MAX_IDS = 1_000
const PAGE = 100
/** The most that a page holds. */
export const MAX_PAGE = 500
const SELECTED_BY = ['target', 'reason', 'route', 'parent', 'after', 'before'] as const

export interface Paging {
  readonly cursor?: string
  readonly limit: number
}

/** What a bulk command is about, and which share of it this call does. */
export interface Bulk {
  readonly selection: Selection
  readonly paging: Paging
  readonly mapping: Mapping
}

/** The query's parameters, each at most once and one of `allowed`; throws BAD_REQUEST with the name otherwise. */
export function askedQuery<const K extends string>(request: Request, allowed: readonly K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  for (const [name, value] of Object.entries(request.query)) {
    const known = allowed.find(one => one === name)
    if (known === undefined) throw bad(`unknown query parameter ${quote(name)}; allowed: ${allowed.join(', ')}`)
    if (typeof value !== 'string') throw bad(`query parameter ${known} is given more than once`)
    if (value.length > MAX_TEXT) throw bad(`query parameter ${known} has ${value.length} characters; allowed: ${MAX_TEXT}`)
    found[known] = value
  }
  return found
}

/** Which messages are listed. */
export function askedMessages(request: Request): ReceiptQuery {
  const query = askedQuery(request, ['route', 'key', 'state', 'client', 'cursor', 'limit'])
  const { limit, ...rest } = query
  return { ...rest, limit: whole('limit', limit, PAGE, MAX_PAGE) }
}

/** Which dead letters or deliveries a list is about, and which page of it. */
export function askedSelection(request: Request): { selection: Selection; paging: Paging } {
  const { id, cursor, limit, ...rest } = askedQuery(request, ['id', ...SELECTED_BY, 'cursor', 'limit'])
  return {
    selection: { ...(id !== undefined && { ids: [id] }), ...selectionOf(rest) },
    paging: { ...(cursor !== undefined && { cursor }), limit: whole('limit', limit, PAGE, MAX_PAGE) },
  }
}

/** Which page of a list, and whether with bodies. */
export function askedPage(request: Request): { bodies: boolean; paging: Paging } {
  const { cursor, limit, body } = askedQuery(request, ['cursor', 'limit', 'body'])
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw bad('the cursor is not one that this list gave')
  return { bodies: isTrue(body), paging: { ...(cursor !== undefined && { cursor }), limit: whole('limit', limit, PAGE, MAX_PAGE) } }
}

/** Whether `?body=true` was asked. */
export function askedBody(request: Request): boolean {
  return isTrue(askedQuery(request, ['body']).body)
}

function isTrue(body: string | undefined): boolean {
  if (body === undefined || body === 'false') return false
  if (body === 'true') return true
  throw bad(`query parameter body is ${quote(body)}; allowed: true, false`)
}

/** The body of a bulk command: `{ selection, cursor?, limit?, mapping? }`. A selection that selects nothing in particular must say `all: true`. */
export function askedBulk(body: unknown): Bulk {
  const { selection, cursor, limit, mapping, ...others } = asObject('the body', body)
  refuseOthers('the body', others, ['selection', 'cursor', 'limit', 'mapping'])
  if (mapping !== undefined && mapping !== 'stored' && mapping !== 'current') throw bad('mapping is neither "stored" nor "current"')
  const { all, ids, ...rest } = asObject('selection', selection)
  refuseOthers('selection', rest, SELECTED_BY)
  const chosen = { ...askedIds(ids), ...selectionOf(rest) }
  if (Object.keys(chosen).length === 0 && all !== true) {
    throw bad(`selection selects nothing; give ids, ${SELECTED_BY.join(', ')}, or "all": true`)
  }
  const paging = { ...(cursor !== undefined && { cursor: text('cursor', cursor) }), limit: whole('limit', limit, MAX_PAGE, MAX_PAGE) }
  return { selection: chosen, paging, mapping: mapping ?? 'stored' }
}

/** Who does it, for the audit: what the caller says of itself in `Waybill-By`. */
export function askedBy(request: Request): string {
  const by = request.get('waybill-by')?.trim()
  return by && /^[\x20-\x7e]{1,128}$/.test(by) ? by : 'admin API'
}

function askedIds(ids: unknown): { ids?: readonly string[] } {
  if (ids === undefined) return {}
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_IDS)
    throw bad(`selection.ids is not a list of 1 to ${MAX_IDS} message ids`)
  return { ids: ids.map(id => text('selection.ids', id)) }
}

function selectionOf(given: Readonly<Record<string, unknown>>): Selection {
  const { target, reason, route, parent, after, before } = given
  return {
    ...(target !== undefined && { target: text('target', target) }),
    ...(reason !== undefined && { reason: text('reason', reason) }),
    ...(route !== undefined && { route: text('route', route) }),
    ...(parent !== undefined && { parent: text('parent', parent) }),
    ...(after !== undefined && { after: moment('after', after) }),
    ...(before !== undefined && { before: moment('before', before) }),
  }
}

function refuseOthers(where: string, others: object, allowed: readonly string[]): void {
  const [name] = Object.keys(others).filter(one => !allowed.includes(one))
  if (name !== undefined) throw bad(`${where} has an unknown member ${quote(name)}; allowed: ${allowed.join(', ')}`)
}

function asObject(where: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${where} is not a JSON object`)
  return { ...value }
}

function text(where: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT)
    throw bad(`${where} is not a text of 1 to ${MAX_TEXT} characters`)
  return value
}

function moment(where: string, value: unknown): number {
  const given = String(value)
  const at = /^\d{4}-\d\d/.test(given) ? Date.parse(given) : /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN
  if (!Number.isFinite(at))
    throw bad(`${where} is ${quote(String(value))}; write a moment as 2026-11-24T17:02:11Z, or as milliseconds since 1970`)
  return at
}

function whole(where: string, value: unknown, otherwise: number, most: number): number {
  if (value === undefined) return otherwise
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw bad(`${where} is ${quote(String(value))}; allowed: 1 to ${most}`)
}

function bad(detail: string): GatewayError {
  return new GatewayError('BAD_REQUEST', detail)
}

function quote(value: string): string {
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}...` : value)
}
