import type { Request } from 'express'
import { asGatewayError, GatewayError } from '../errors.ts'
import { BATCH, deliveryKey } from '../ports.ts'
import type { Page } from '../receipts.ts'
import type { DeadLetter, Selection } from '../store/port.ts'
import { askedBody, askedBulk, askedBy, askedMessages, askedPage, askedQuery, askedSelection, MAX_PAGE } from './asked.ts'
import { balanceView } from './balance.ts'
import type { AdminParts, Replayed } from './parts.ts'
import { deadLetterView, iso, rejectedView, type StatusView, storyView, type TargetView, targetView, undeliveredView } from './views.ts'

/** One operation of the API: resolves with what is answered as JSON; throws GatewayError. */
export interface Operation {
  readonly method: 'get' | 'post'
  readonly path: string
  run(request: Request): unknown
}

/** The operations below /api, which need the token. */
export function apiOperations(parts: AdminParts): readonly Operation[] {
  return [...messageOperations(parts), ...deadOperations(parts), ...targetOperations(parts), ...gatewayOperations(parts)]
}

function messageOperations({ store }: AdminParts): readonly Operation[] {
  return [
    get('/api/messages', request => {
      const query = askedMessages(request)
      return paged(query, store.receipts(query))
    }),
    get('/api/messages/:id', async request => {
      const bodies = askedBody(request)
      return storyView(found(await store.story(name(request, 'id')), request), bodies)
    }),
    get('/api/messages/:id/rejects', async request => {
      const { bodies, paging } = askedPage(request)
      const id = name(request, 'id')
      const page = await paged(paging, store.rejects(id, paging.cursor, paging.limit))
      if (page.items.length === 0) found(await store.receipt(id), request)
      return { ...page, items: page.items.map(one => rejectedView(one, bodies)) }
    }),
    get('/api/receipts/:id', async request => found(await store.receipt(name(request, 'id')), request)),
    get('/api/undelivered', async request => {
      const { selection, paging } = askedSelection(request)
      const page = await paged(paging, store.undelivered(selection, paging.cursor, paging.limit))
      return { ...page, items: page.items.map(undeliveredView) }
    }),
  ]
}

// What changes dead letters does one page in a call, and goes on with the cursor: a million of them neither hold up all others nor run
// into a deadline, and what dies again meanwhile is not taken again.
function deadOperations(parts: AdminParts): readonly Operation[] {
  const { store } = parts
  return [
    get('/api/dead', async request => {
      const { selection, paging } = askedSelection(request)
      const page = await paged(paging, store.dead(selection, paging.cursor, paging.limit))
      return { ...page, items: page.items.map(deadLetterView) }
    }),
    get('/api/dead/:id', async request => {
      const [bodies, id] = [askedBody(request), name(request, 'id')]
      const [letters, story] = await Promise.all([store.dead({ ids: [id] }), store.story(id)])
      if (letters.items.length === 0) throw new GatewayError('NOT_FOUND', `message ${id} has no dead letter`)
      return { letters: letters.items.map(deadLetterView), story: story && storyView(story, bodies) }
    }),
    post('/api/dead/replay', async request => {
      const { selection, paging, mapping } = askedBulk(request.body)
      const { items, ...next } = await paged(paging, store.dead(selection, paging.cursor, paging.limit))
      const page = items.length === 0 ? undefined : await exactly(store, selection, items)
      const done = page ? await parts.replay(page, askedBy(request), mapping) : NOTHING
      return { ...done, ...next }
    }),
    post('/api/dead/discard', async request => {
      const { selection, paging } = askedBulk(request.body)
      const { items, ...next } = await paged(paging, store.dead(selection, paging.cursor, paging.limit))
      return { discarded: await discard(store, items, askedBy(request)), ...next }
    }),
  ]
}

const NOTHING: Replayed = { replayed: 0, refused: [] }

/** The selection of these letters alone. A message may have others on the pages beside: only the first and the last of a page can. */
async function exactly(store: AdminParts['store'], selection: Selection, letters: readonly DeadLetter[]): Promise<Selection> {
  const shown = new Set(letters.map(deliveryKey))
  const edges = idsOf([...letters.slice(0, 1), ...letters.slice(-1)])
  const except: string[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const beside = await store.dead({ ...selection, ids: edges }, cursor, MAX_PAGE)
    except.push(...beside.items.map(deliveryKey).filter(key => !shown.has(key)))
    cursor = beside.cursor
  }
  return { ...selection, ids: idsOf(letters), ...(except.length > 0 && { except }) }
}

// The store discards what is undelivered as well. Reason and target of the letter keep that out: a delivery that waits has another reason.
async function discard(store: AdminParts['store'], letters: readonly DeadLetter[], by: string): Promise<number> {
  const groups = new Map<string, DeadLetter[]>()
  for (const letter of letters) {
    const group = JSON.stringify([letter.target, letter.reason])
    groups.set(group, [...(groups.get(group) ?? []), letter])
  }
  let count = 0
  for (const group of groups.values()) {
    const [{ target, reason } = { target: '', reason: '' }] = group
    count += await store.discard({ ids: idsOf(group), target, reason }, by)
  }
  return count
}

function idsOf(letters: readonly DeadLetter[]): readonly string[] {
  return [...new Set(letters.map(({ messageId }) => messageId))]
}

// Only the store knows its cursors; what it cannot read came from the caller.
async function paged<T>({ cursor }: { readonly cursor?: string }, page: Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await page
  } catch (error) {
    if (cursor === undefined || asGatewayError(error).code !== 'INTERNAL') throw error
    throw new GatewayError('BAD_REQUEST', 'the cursor is not one that this list gave', { cause: error })
  }
}

function targetOperations(parts: AdminParts): readonly Operation[] {
  const { targets } = parts
  const change = (verb: 'pause' | 'resume') =>
    post(`/api/targets/:name/${verb}`, async request => {
      const target = name(request, 'name')
      if (await targets[verb](target, askedBy(request))) return { target, paused: verb === 'pause' }
      const known = targets.list().flatMap(one => (one.target.startsWith(BATCH) ? [] : [one.target]))
      throw new GatewayError('NOT_FOUND', `no target ${JSON.stringify(target)} (known: ${known.sort().slice(0, 50).join(', ')})`)
    })
  return [get('/api/targets', async () => ({ items: await targetViews(parts) })), change('pause'), change('resume')]
}

function gatewayOperations(parts: AdminParts): readonly Operation[] {
  return [get('/api/balance', () => balanceView(parts)), get('/api/config', () => parts.config()), get('/api/status', () => status(parts))]
}

async function targetViews({ store, targets }: AdminParts): Promise<readonly TargetView[]> {
  const waiting = new Map((await store.waiting()).map(one => [one.target, one]))
  return targets.list().map(one => targetView(one, waiting.get(one.target)))
}

async function status(parts: AdminParts): Promise<StatusView> {
  const { startedAt, ...info } = parts.info()
  const { queued, queuedBytes, freeBytes } = parts.store.fill()
  return {
    ...info,
    startedAt: iso(startedAt),
    pid: process.pid,
    memoryBytes: process.memoryUsage.rss(),
    health: parts.health(),
    store: { queued, queuedBytes, freeBytes },
    sinceStart: parts.metrics.totals(),
    targets: await targetViews(parts),
  }
}

function get(path: string, run: (request: Request) => unknown): Operation {
  return { method: 'get', path, run }
}

function post(path: string, run: (request: Request) => unknown): Operation {
  return {
    method: 'post',
    path,
    run: request => {
      askedQuery(request, [])
      return run(request)
    },
  }
}

function name(request: Request, parameter: string): string {
  const value = request.params[parameter]
  if (typeof value === 'string' && value.length <= 256) return value
  throw new GatewayError('BAD_REQUEST', `${parameter} in the path is longer than 256 characters`)
}

function found<T>(value: T | undefined, request: Request): T {
  if (value !== undefined) return value
  throw new GatewayError('NOT_FOUND', `no message ${name(request, 'id')}; retention may have removed it`)
}
