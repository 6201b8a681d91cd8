import type { AdminParts } from '../../../gateway/admin/parts.ts'
import type { TargetStatus } from '../../../gateway/delivery.ts'
import { silent } from '../../../gateway/log.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { Page } from '../../../gateway/receipts.ts'
import type { DeadLetter, Selection, Store, Story } from '../../../gateway/store/port.ts'

const TARGETS = ['warehouse', 'accounting.invoice']

/** What was asked of the parts, for tests that look at it. */
export interface Asked {
  readonly replays: { selection: Selection; by: string; mapping: string }[]
  readonly discards: { selection: Selection; by: string }[]
}

export interface FakeParts extends AdminParts {
  readonly asked: Asked
  readonly dead: DeadLetter[]
  readonly stories: Map<string, Story>
  well: boolean
}

/** A gateway's parts without a gateway: a list of dead letters, stories, two targets. Pages by the cursor's number. */
export function fakeParts(): FakeParts {
  const asked: Asked = { replays: [], discards: [] }
  const [dead, stories, paused] = [[] as DeadLetter[], new Map<string, Story>(), new Set<string>()]
  const parts: FakeParts = {
    ...{ asked, dead, stories, well: true },
    log: silent,
    metrics: createMetrics(),
    store: fakeStore({ asked, dead, stories }),
    targets: {
      list: () => TARGETS.map(target => targetStatus(target, paused)),
      pause: async name => TARGETS.includes(name) && paused.add(name).has(name),
      resume: async name => TARGETS.includes(name) && !(paused.delete(name) && paused.has(name)),
    },
    health: () => ({
      store: { ok: true, detail: 'writes' },
      queue: { ok: parts.well, detail: parts.well ? 'connected' : 'the broker is away' },
    }),
    info: () => ({
      project: 'web-orders',
      version: '0.1.0',
      configVersion: 'c0ffee',
      startedAt: Date.now() - 5_000,
      http: 'http://127.0.0.1:8080',
      queueKind: 'embedded',
    }),
    config: () => ({ project: 'web-orders', version: 'c0ffee', systems: [], routes: [], clients: [] }),
    async replay(selection, by, mapping) {
      asked.replays.push({ selection, by, mapping })
      return { replayed: take(dead, selection), refused: [] }
    },
    count: async target => (target === 'warehouse' ? 3 : undefined),
  }
  return parts
}

function targetStatus(target: string, paused: ReadonlySet<string>): TargetStatus {
  return { target, paused: paused.has(target), breaker: 'closed', inFlight: 1 }
}

function fakeStore({ asked, dead, stories }: Pick<FakeParts, 'asked' | 'dead' | 'stories'>): Store {
  const known = {
    receipts: async () => ({ items: [] }),
    receipt: async () => undefined,
    story: async (id: string) => stories.get(id),
    waiting: async () => [{ target: 'warehouse', count: 7, bytes: 700, oldestAt: Date.now() - 60_000 }],
    fill: () => ({ queued: 7, queuedBytes: 700, freeBytes: 1e9, ok: true, detail: 'writes', commitMs: { p50: 1, p99: 4 } }),
    dead: async (selection: Selection, cursor?: string, limit = 100) => page(dead.filter(fits(selection)), cursor, limit),
    undelivered: async () => ({ items: [] }),
    balance: async () => ({ targets: [], messages: 0, duplicates: 0, filtered: 0, gaps: [], balanced: true }),
    async discard(selection: Selection, by: string) {
      asked.discards.push({ selection, by })
      return take(dead, selection)
    },
  }
  return known as unknown as Store
}

function page(items: readonly DeadLetter[], cursor: string | undefined, limit: number): Page<DeadLetter> {
  const from = Number(cursor ?? 0)
  const shown = items.slice(from, from + limit)
  return from + limit < items.length ? { items: shown, cursor: String(from + limit) } : { items: shown }
}

function fits({ ids, target, reason, before }: Selection): (letter: DeadLetter) => boolean {
  return letter =>
    (!ids || ids.includes(letter.messageId)) &&
    (!target || target === letter.target) &&
    (!reason || reason === letter.reason) &&
    (!before || letter.deadAt < before)
}

function take(dead: DeadLetter[], selection: Selection): number {
  const kept = dead.filter(letter => !fits(selection)(letter))
  const taken = dead.length - kept.length
  dead.splice(0, dead.length, ...kept)
  return taken
}

/** A dead letter with an id of its own. */
export function deadLetter(index: number, target = 'warehouse'): DeadLetter {
  const messageId = `0193-${String(index).padStart(6, '0')}`
  const [acceptedAt, deadAt] = [Date.UTC(2026, 10, 24, 17, 2, 11, 120), Date.UTC(2026, 10, 24, 17, 5)]
  return {
    messageId,
    entry: target,
    target,
    route: 'orders',
    key: `SO-${index}`,
    reason: 'TARGET_REFUSED',
    detail: '400 no such item',
    attempts: 1,
    acceptedAt,
    deadAt,
  }
}

/** A story of one delivered and one waiting entry. */
export function story(id: string): Story {
  const at = Date.UTC(2026, 10, 24, 17, 2, 11, 120)
  const common = {
    messageId: id,
    route: 'orders',
    source: 'rest POST /v1/orders',
    correlationId: 'c-1',
    contentType: 'application/json',
    headers: {},
    replays: 0,
    acceptedAt: at,
  }
  const body = Buffer.from('{"id":"SO-1"}')
  return {
    message: {
      id,
      route: 'orders',
      sourceIndex: 0,
      source: common.source,
      client: 'shop',
      key: 'SO-1',
      correlationId: 'c-1',
      contentType: 'application/json',
      headers: { authorization: 'Bearer x', 'x-shop': 'eu' },
      meta: {},
      receivedAt: at,
      body,
    },
    deliveries: [
      {
        ...common,
        entry: 'warehouse',
        target: 'warehouse',
        body,
        attempts: 2,
        state: 'delivered',
        place: 'store',
        chosen: 'to[0]',
        settledAt: at + 6_000,
      },
      {
        ...common,
        entry: 'books',
        target: 'accounting.invoice',
        body,
        attempts: 1,
        state: 'waiting',
        place: 'store',
        chosen: 'to[1]',
        dueAt: at + 60_000,
        lastError: 'TARGET_UNAVAILABLE 503',
      },
    ],
    events: [
      { at, what: 'accepted' },
      {
        at: at + 900,
        what: 'attempt-failed',
        entry: 'warehouse',
        attempt: 1,
        code: 'TARGET_UNAVAILABLE',
        detail: '503 from http://127.0.0.1:9001',
        answer: 'busy',
      },
      { at: at + 1_000, what: 'attempt-failed', entry: 'books', attempt: 1, code: 'TARGET_UNAVAILABLE', detail: 'connection refused' },
      { at: at + 6_000, what: 'delivered', entry: 'warehouse', attempt: 2 },
    ],
  }
}
