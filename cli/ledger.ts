import { existsSync } from 'node:fs'
import {
  type BalanceView,
  type DeadLetterView,
  deadLetterView,
  type RejectedView,
  rejectedView,
  type StoryView,
  storyView,
  type UndeliveredView,
  undeliveredView,
} from '../gateway/admin/views.ts'
import type { Page } from '../gateway/receipts.ts'
import type { Selection, Store } from '../gateway/store/port.ts'
import { type AdminClient, findGateway } from './admin-client.ts'
import { CommandError, exit } from './command.ts'
import type { Place } from './place.ts'

/** What is known of messages: asked of the running gateway, else read from its store while nobody else has it. */
export interface Ledger {
  story(id: string, bodies: boolean): Promise<StoryView | undefined>
  /** Records of a message that could not be accepted, a page at a time. */
  rejects(
    id: string,
    bodies: boolean,
    asked: { readonly cursor?: string | undefined; readonly limit?: number },
  ): Promise<Page<RejectedView>>
  balance(): Promise<BalanceView>
  dead(selection: Selection, most: number): Promise<Found<DeadLetterView>>
  undelivered(selection: Selection, most: number): Promise<Found<UndeliveredView>>
  close(): Promise<void>
}

/** What was found; `more` where there is more than was asked for. */
export interface Found<T> {
  readonly items: readonly T[]
  readonly more: boolean
}

type Reader = Pick<Store, 'story' | 'rejects' | 'balance' | 'dead' | 'undelivered' | 'close'>
type Ask<T> = (cursor: string | undefined, limit: number) => Promise<Page<T>>

const PAGE = 500

/** The ledger of a project. Close it. Throws where no gateway answers and no store is there, or another process holds the store. */
export async function openLedger(place: Place): Promise<Ledger> {
  const gateway = await findGateway(place)
  if (gateway) return ofGateway(gateway)
  if (!existsSync(place.store)) {
    throw new CommandError(
      exit.unreachable,
      `no gateway of ${place.name} answers at ${place.admin}, and it has no store yet at ${place.store}`,
    )
  }
  const { openReader } = await import('../gateway/store/reader.ts')
  return ofStore(await openReader(place.store))
}

function ofGateway(gateway: AdminClient): Ledger {
  const query = ({ ids, except: _, ...selection }: Selection) => ({ ...selection, id: ids?.[0] })
  return {
    story: (id, bodies) => unlessFound(gateway.get<StoryView>(`/api/messages/${encodeURIComponent(id)}`, bodies ? { body: 'true' } : {})),
    rejects: (id, bodies, asked) =>
      gateway.get(`/api/messages/${encodeURIComponent(id)}/rejects`, { ...asked, ...(bodies && { body: 'true' }) }),
    balance: () => gateway.get('/api/balance'),
    dead: (selection, most) => collect((cursor, limit) => gateway.get('/api/dead', { ...query(selection), cursor, limit }), most),
    undelivered: (selection, most) =>
      collect((cursor, limit) => gateway.get('/api/undelivered', { ...query(selection), cursor, limit }), most),
    close: async () => {},
  }
}

function ofStore(store: Reader): Ledger {
  return {
    async story(id, bodies) {
      const story = await store.story(id)
      return story && storyView(story, bodies)
    },
    rejects: async (id, bodies, { cursor, limit }) => viewed(await store.rejects(id, cursor, limit), one => rejectedView(one, bodies)),
    balance: async () => ({ ...(await store.balance()), queue: [] }),
    dead: (selection, most) => collect(async (cursor, limit) => viewed(await store.dead(selection, cursor, limit), deadLetterView), most),
    undelivered: (selection, most) =>
      collect(async (cursor, limit) => viewed(await store.undelivered(selection, cursor, limit), undeliveredView), most),
    close: () => store.close(),
  }
}

function viewed<T, V>({ items, cursor }: Page<T>, view: (item: T) => V): Page<V> {
  return { items: items.map(view), ...(cursor !== undefined && { cursor }) }
}

async function collect<T>(ask: Ask<T>, most: number): Promise<Found<T>> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    // One more than is wanted tells whether there is more.
    const page = await ask(cursor, Math.min(PAGE, most + 1 - items.length))
    items.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined && items.length <= most)
  return { items: items.slice(0, most), more: items.length > most }
}

/** What was asked for; undefined where the gateway has no such thing. */
export async function unlessFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof CommandError && error.exit === exit.found) return undefined
    throw error
  }
}
