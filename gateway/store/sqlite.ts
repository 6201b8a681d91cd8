import { hash } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { firstDelivery } from '../first-delivery.ts'
import type { Log } from '../log.ts'
import { storedText } from '../message.ts'
import type { Delivery, Plan, Planned } from '../ports.ts'
import type { WireBuried } from './bury.ts'
import { type Client, startClient } from './client.ts'
import { packAnswer, unpackAnswer, type WireRemade } from './keep.ts'
import { MANY } from './limits.ts'
import type { StoreOptions } from './options.ts'
import type { Accepted, Buried, Fill, Remade, Selection, Store } from './port.ts'
import type { Round } from './prune.ts'
import { unload } from './rows.ts'
import { contentOf } from './way.ts'
import { encodeChange, encodePlan, type Freight, load, recordText, type WireAccepted } from './wire.ts'

export type SqliteOptions = StoreOptions & {
  readonly log: Log
  /** How long a settlement waits for an accept to share its commit, at most. */
  readonly settleDelayMs?: number
}

/** The embedded store in the folder `path`, which this process then owns. Rejects with STORE_OWNED or STORE_CORRUPT. Close it. */
export async function createStore(options: SqliteOptions): Promise<Store> {
  const { path, identityWindowMs, retention, log } = options
  const client = await startClient({ folder: path, identityWindowMs, retention }, options.settleDelayMs ?? 5)
  const space = watchSpace(path, log)
  return {
    ...wayOf(client),
    ...readsOf(client),
    ...keepOf(client),
    fill: createFill(client, space.free),
    async close() {
      space.stop()
      await client.close()
    },
  }
}

function wayOf(client: Client): Pick<Store, 'accept' | 'settle' | 'placed' | 'recall' | 'started'> {
  const names = (deliveries: readonly Pick<Delivery, 'messageId' | 'entry'>[]) =>
    deliveries.map(({ messageId, entry }): [string, string] => [messageId, entry])
  return {
    async accept(plans, place, { position, buried = [], batch } = {}) {
      const results = await client.send('accept', freight => [
        plans.map(plan => encodePlan(plan, freight)),
        place,
        {
          position: position ? [position.source, position.value] : null,
          buried: buried.map(one => encodeBuried(one, freight)),
          batch: batch ? [batch.id, names(batch.members)] : null,
        },
      ])
      return plans.map((plan, index) => acceptedOf(plan, results === 0 ? 0 : (results[index] ?? 0)))
    },
    settle: changes => client.later('settle', () => [changes.map(encodeChange)]),
    placed: (deliveries, place) =>
      client.later('placed', () => [
        deliveries.map(({ messageId, entry, waits = 0 }): [string, string, number] => [messageId, entry, waits]),
        place,
      ]),
    recall: (place, target) => client.ask('recall', place, target ?? null),
    started: deliveries => client.ask('started', names(deliveries)),
  }
}

function readsOf(
  client: Client,
): Pick<
  Store,
  | 'due'
  | 'lying'
  | 'nextDue'
  | 'waiting'
  | 'begun'
  | 'current'
  | 'known'
  | 'position'
  | 'positions'
  | 'paused'
  | 'adopt'
  | 'receipt'
  | 'receipts'
  | 'rejects'
  | 'untold'
  | 'referenced'
  | 'story'
  | 'dead'
  | 'undelivered'
  | 'balance'
> {
  return {
    due: async (target, now, limit, except) => unload(await client.ask('due', target, now, limit, except ? [...except] : [])),
    async lying(target, limit, after = '') {
      const { cursor, ...loaded } = await client.ask('lying', target, limit, after)
      return { items: unload(loaded), ...(cursor !== undefined && { cursor }) }
    },
    nextDue: (target, after) => client.ask('nextDue', target, after),
    waiting: () => client.ask('waiting'),
    begun: async () => (await client.ask('begun')).map(({ message_id, entry }) => ({ messageId: message_id, entry })),
    current: copies =>
      client.ask(
        'current',
        copies.map(({ messageId, entry, attempts, replays }): [string, string, number, number] => [messageId, entry, attempts, replays]),
      ),
    async known({ identity, body, stored, receivedAt }) {
      const content = contentOf(body, storedText(stored))
      const found = identity === undefined ? undefined : await client.ask('known', identity, content, receivedAt)
      return found && found[0] === 'known' ? { id: found[1], filtered: found[3] } : undefined
    },
    position: source => client.ask('position', source),
    positions: sources => client.ask('positions', sources),
    paused: () => client.ask('paused'),
    adopt: (source, contentHash) => client.ask('adopt', source, contentHash),
    rejects: (id, cursor, limit) => client.ask('rejects', id, cursor, limit),
    untold: (after = '') => client.ask('untold', after),
    referenced: hashes => client.ask('referenced', hashes),
    receipt: (id, sender) => client.ask('receipt', id, sender),
    receipts: query => client.ask('receipts', query),
    story: id => client.ask('story', id),
    dead: (selection, cursor, limit) => client.ask('dead', selection, cursor, limit),
    undelivered: (selection, cursor, limit) => client.ask('undelivered', selection, cursor, limit),
    balance: () => client.balance(),
  }
}

function keepOf(
  client: Client,
): Pick<
  Store,
  'bury' | 'replay' | 'discard' | 'beginCall' | 'endCall' | 'takeOnce' | 'keepReply' | 'setPaused' | 'prune' | 'tell' | 'revive'
> {
  return {
    bury: messages => client.send('bury', freight => [messages.map(one => encodeBuried(one, freight))]),
    replay: (selection, by, remade) => replayAll(client, selection, { by, remade: remade ?? new Map() }),
    async discard(selection, by) {
      let count = 0
      for (let some = MANY; some >= MANY; count += some) some = await client.ask('discard', selection, by, Date.now())
      return count
    },
    async beginCall(identity, hash) {
      const begun = await client.ask('beginCall', identity, hash, Date.now())
      return typeof begun === 'string' ? begun : unpackAnswer(begun)
    },
    endCall: (identity, answer) => client.ask('endCall', identity, answer ? packAnswer(answer) : null, Date.now()),
    takeOnce: (name, untilMs) => client.ask('takeOnce', hash('sha256', name, 'base64'), untilMs, Date.now()),
    keepReply: (messageId, entry, answer) => client.ask('keepReply', messageId, entry, packAnswer(answer), Date.now()),
    tell: ids => client.ask('tell', ids),
    async revive(plans, by) {
      const revived = await client.send('revive', freight => [plans.map(plan => encodePlan(plan, freight)), by, Date.now()])
      return plans.map((plan, index) => (revived[index] ? plan.deliveries.map(planned => firstDelivery(plan, planned)) : undefined))
    },
    setPaused: (target, paused, by) => client.ask('setPaused', target, paused, by, Date.now()),
    async prune(now) {
      let round: Round = { phase: 'bodies', after: 0, bodies: 0, receipts: 0 }
      while (round.phase !== 'done') round = await client.ask('prune', round, now)
      await client.ask('forgetTaken', now)
      return { bodies: round.bodies, receipts: round.receipts }
    },
  }
}

type Replay = { readonly by: string; readonly remade: ReadonlyMap<string, Remade> }

/** A piece at a time, so that no commit waits long. */
async function replayAll(client: Client, selection: Selection, { by, remade }: Replay): Promise<Delivery[]> {
  const opened: Delivery[] = []
  for (let more = true; more; ) {
    const loaded = await client.send('replay', freight => [selection, by, encodeRemade(remade, freight), Date.now()])
    opened.push(...unload(loaded))
    more = loaded.rows.length === MANY
  }
  return opened
}

function encodeRemade(remade: Replay['remade'], freight: Freight): WireRemade[] {
  return [...remade].map(([name, { contentType, headers, params, body, stored }]) => [
    name,
    contentType,
    recordText(headers),
    recordText(params),
    load(freight, body),
    body.length,
    storedText(stored),
  ])
}

function encodeBuried({ message, code, detail }: Buried, freight: Freight): WireBuried {
  const [row, , start, length] = encodePlan({ message, deliveries: [burial] }, freight)
  return [row, start, length, code, detail, message.receivedAt]
}

/** The accept line of a message that is buried names one entry, `-`. */
const burial: Planned = { entry: '-', target: '-', contentType: '', headers: {}, body: new Uint8Array(), chosen: '-' }

function acceptedOf(plan: Plan, result: WireAccepted): Accepted {
  if (result === 0)
    return { kind: 'accepted', id: plan.message.id, deliveries: plan.deliveries.map(planned => firstDelivery(plan, planned)) }
  const [kind, id, open, filtered] = result
  return kind === 'known' ? { kind, id, open, filtered } : { kind, id }
}

/** The free bytes of the disk, looked up every second. */
function watchSpace(folder: string, log: Log): { free: () => number; stop: () => void } {
  const now = statfsSync(folder)
  let free = now.bavail * now.bsize
  const look = async () => {
    try {
      const { bavail, bsize } = await statfs(folder)
      free = bavail * bsize
    } catch (error) {
      log.warn('disk-space-unknown', { folder, detail: String(error) })
    }
  }
  const timer = setInterval(() => void look(), 1_000).unref()
  return { free: () => free, stop: () => clearInterval(timer) }
}

function createFill(client: Client, free: () => number): () => Fill {
  let commitMs = { p50: 0, p99: 0 }
  let sortedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - sortedAt > 1_000) {
      sortedAt = performance.now()
      const sorted = [...client.commits()].sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
      commitMs = { p50: at(0.5), p99: at(0.99) }
    }
    const [queued, queuedBytes] = client.opened()
    const broken = client.broken()
    return { queued, queuedBytes, freeBytes: free(), ok: broken === undefined, detail: broken ?? client.trouble() ?? 'well', commitMs }
  }
}
