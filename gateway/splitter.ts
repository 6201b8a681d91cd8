import { asGatewayError, GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Limits } from './limits.ts'
import type { Message } from './message.ts'
import type { Metrics } from './metrics.ts'
import { onePiece } from './one-piece.ts'
import { originalOf } from './original.ts'
import {
  type Bodies,
  type Delivery,
  type Outbound,
  type Plan,
  type Reject,
  type Routes,
  SPLIT,
  type SplitRecord,
  type Splitting,
} from './ports.ts'
import { pause } from './rate.ts'
import type { Relay } from './relay.ts'
import type { Store } from './store/port.ts'

export interface SplitterParts {
  readonly routes: Pick<Routes, 'split'>
  readonly store: Pick<Store, 'accept' | 'bury' | 'position' | 'rejects' | 'story'>
  readonly bodies: Pick<Bodies, 'open'>
  readonly relay: () => Pick<Relay, 'offer'>
  readonly limits: Pick<Limits, 'admit'>
  readonly metrics: Pick<Metrics, 'accepted' | 'duplicate' | 'dead'>
}

/** Records that are accepted in one transaction, at most, and their bytes, which the last of them may exceed. */
const PIECE = 500
const PIECE_BYTES = 512 << 10
/** Bytes that are read at once: their records are in memory together, and text of 128 kB and more is only freed by a full collection. */
const STEP_BYTES = 16 << 10
/** How often it is looked whether there is room again. */
const ROOM_MS = 250
/** Rejects that are kept of a message which is refused as a whole. */
const SHOWN = 1_000
/** Of fewer records a share says nothing. */
const FEW = 100

/** One message that is being split. */
interface Work {
  readonly parts: SplitterParts
  readonly message: Message
  readonly splitting: Splitting
  readonly signal: AbortSignal
  /** Records that are accepted or rejected. */
  done: number
  rejected: number
}

/**
 * Accepts the records of messages that are split later, as the target of their one delivery. How far it has got is stored in the transaction
 * that accepts: after a crash it goes on there, and no record is accepted twice.
 */
export function createSplitter(parts: SplitterParts): Outbound {
  return {
    async send(delivery, signal) {
      const message = await messageOf(parts, delivery)
      const position = await parts.store.position(`${SPLIT}${message.id}`)
      const [done = 0, rejected = 0] = (position ?? '').split(' ').map(Number)
      const work: Work = { parts, message, splitting: parts.routes.split(message), signal, done, rejected }
      if (work.splitting.rejects === 'all-or-nothing' && done === 0) await checkAll(work)
      await acceptAll(work)
      return undefined
    },
    async close() {},
  }
}

async function messageOf({ store }: SplitterParts, { messageId }: Delivery): Promise<Message> {
  const message = originalOf(await store.story(messageId))
  if (!message) throw new GatewayError('NOT_FOUND', `the original of message ${messageId} is no longer kept`)
  return message
}

async function* bytesOf({ parts, message }: Work): AsyncGenerator<Uint8Array> {
  const all = message.stored ? parts.bodies.open(message.stored) : onePiece(message.body)
  for await (const part of all) for (let at = 0; at < part.length; at += STEP_BYTES) yield part.subarray(at, at + STEP_BYTES)
}

/** Reads and plans all records before one is accepted; throws RECORDS_REJECTED where one is bad, once the bad ones are kept. */
async function checkAll(work: Work): Promise<void> {
  const { parts, message, splitting } = work
  const rejects: Reject[] = []
  let [read, bad] = [0, 0]
  for await (const piece of pieces(work)) {
    for (const record of piece) {
      const { reject } = await planOf(splitting, record)
      read += 1
      if (!reject) continue
      bad += 1
      if (rejects.length < SHOWN) rejects.push(reject)
    }
  }
  if (bad === 0) return
  // a run that a crash has ended may have kept them
  const { items: known } = await parts.store.rejects(message.id, undefined, 1)
  if (known.length === 0) await parts.store.bury(rejects)
  failpoint('split.refused')
  const kept = bad > rejects.length ? `, of which the first ${rejects.length} are kept` : ''
  throw new GatewayError('RECORDS_REJECTED', `${bad} of ${read} records are bad${kept}; nothing was accepted`)
}

async function acceptAll(work: Work): Promise<void> {
  let running: Promise<void> = Promise.resolve()
  try {
    for await (const piece of pieces(work)) {
      const planned = await Promise.all(piece.map(record => planOf(work.splitting, record)))
      await running
      running = acceptPiece(work, piece, planned)
      // planning goes on while the disk writes; what fails is heard before the next piece
      running.catch(() => {})
    }
  } finally {
    await running
  }
}

/** What is not done yet, in pieces; what stands before a place where the rest cannot be read comes before that is thrown. */
async function* pieces(work: Work): AsyncGenerator<readonly SplitRecord[]> {
  let [held, heldBytes]: [SplitRecord[], number] = [[], 0]
  let failure: { readonly error: unknown } | undefined
  const before = work.done
  try {
    for await (const some of work.splitting.read(bytesOf(work))) {
      work.signal.throwIfAborted()
      for (const record of some) {
        if (record.number <= before) continue
        held.push(record)
        heldBytes += record.raw.length
        if (held.length < PIECE && heldBytes < PIECE_BYTES) continue
        yield held
        held = []
        heldBytes = 0
      }
    }
  } catch (error) {
    failure = { error }
  }
  work.signal.throwIfAborted()
  if (held.length > 0) yield held
  if (failure) throw failure.error
}

interface PlannedRecord {
  readonly plan?: Plan
  readonly reject?: Reject
}

async function planOf(splitting: Splitting, record: SplitRecord): Promise<PlannedRecord> {
  try {
    return { plan: await splitting.plan(record) }
  } catch (error) {
    const known = asGatewayError(error)
    if (!known.permanent) throw known
    return { reject: splitting.reject(record, known) }
  }
}

async function acceptPiece(work: Work, piece: readonly SplitRecord[], planned: readonly PlannedRecord[]): Promise<void> {
  const { parts, message, signal } = work
  const plans = planned.flatMap(({ plan }) => plan ?? [])
  const rejects = planned.flatMap(({ reject }) => reject ?? [])
  await room(parts.limits, signal)
  work.done = piece.at(-1)?.number ?? work.done
  work.rejected += rejects.length
  const position = { source: `${SPLIT}${message.id}`, value: `${work.done} ${work.rejected}` }
  failpoint('split.accepting')
  const accepted = await parts.store.accept(plans, 'store', { position, buried: rejects })
  failpoint('split.accepted')
  for (const one of accepted) {
    if (one.kind === 'accepted') parts.metrics.accepted(message.route)
    else parts.metrics.duplicate(message.route)
  }
  for (const { code } of rejects) parts.metrics.dead(message.route, '-', code)
  await parts.relay().offer(accepted.flatMap(one => (one.kind === 'accepted' ? one.deliveries : [])))
  // where it is replayed after a stop, those that were bad before stop it no more
  if (rejects.length > 0) stopAtRejects(work)
}

/** Waits while the store takes no more. */
async function room(limits: SplitterParts['limits'], signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return limits.admit()
    } catch (error) {
      if (asGatewayError(error).code !== 'OVERLOADED') throw error
      await pause(ROOM_MS, signal)
    }
  }
}

function stopAtRejects({ splitting: { rejects, stopAt }, done, rejected }: Work): void {
  if (rejects !== 'stop') return
  const reached = 'count' in stopAt ? rejected >= stopAt.count : done >= FEW && rejected / done >= stopAt.share
  if (!reached) return
  throw new GatewayError(
    'RECORDS_REJECTED',
    `${rejected} of the first ${done} records are bad: no more are taken; those before stay accepted`,
  )
}
