import { changeAfter, report } from './change.ts'
import { GatewayError } from './errors.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Batching, Bodies, Delivery } from './ports.ts'
import type { Page } from './receipts.ts'
import type { Store } from './store/port.ts'

export interface MemberParts {
  readonly store: Pick<Store, 'lying' | 'settle'>
  readonly metrics: Metrics
  readonly log: Log
}

/** Members that are read from the store at once. */
const PAGE = 200
/** The most bytes of one member: 64 MiB. */
const MOST_BYTES = 64 << 20
/** Of what can never be sent. */
const NEVER = { delaysMs: [], giveUpAfterMs: 0, jitter: 0 }

/** Whether so many members, or bytes of theirs, fill a batch. */
export function isFull({ count, sizeBytes }: Batching, members: number, bytes: number): boolean {
  return members >= count || bytes >= sizeBytes
}

/** The members of the next batch, the oldest first; those whose own deadline has passed expire instead. */
export async function collectMembers(
  parts: MemberParts,
  batch: Batching,
  now: number,
): Promise<{ readonly members: readonly Delivery[]; readonly full: boolean }> {
  const { waits, count } = batch
  const members: Delivery[] = []
  let bytes = 0
  let after: string | undefined = ''
  while (after !== undefined && !isFull(batch, members.length, bytes)) {
    const { items, cursor }: Page<Delivery> = await parts.store.lying(waits, Math.min(PAGE, count - members.length), after)
    after = cursor
    const late = items.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt < now)
    await setAside(
      parts,
      late.map(member => ({ member, error: tooLate })),
    )
    for (const one of items) {
      if (late.includes(one) || isFull(batch, members.length, bytes)) continue
      members.push(one)
      bytes += sizeOf(one)
    }
  }
  return { members, full: isFull(batch, members.length, bytes) }
}

const tooLate = new GatewayError('TARGET_TIMEOUT', 'its own deadline passed before its batch went')

function sizeOf({ body, stored }: Delivery): number {
  return stored?.bytes ?? body.length
}

/** Bodies of members one after the other, and whose is being written. */
export interface MemberReading {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Undefined before the first and behind the last. */
  current(): Delivery | undefined
}

/** Reads the bodies of members, wherever they lie. */
export function readMembers(bodies: Pick<Bodies, 'read'>, members: readonly Delivery[]): MemberReading {
  let current: Delivery | undefined
  async function* read(): AsyncGenerator<Uint8Array> {
    for (const member of members) {
      current = member
      yield member.stored ? await bodies.read(member.stored, MOST_BYTES) : member.body
    }
    current = undefined
  }
  return { bytes: read(), current: () => current }
}

/** Ends members that can be in no batch, as dead letters or as expired; durable when resolved. */
export async function setAside(
  parts: MemberParts,
  members: readonly { readonly member: Delivery; readonly error: GatewayError }[],
): Promise<void> {
  if (members.length === 0) return
  const changes = members.map(({ member, error }) => changeAfter(member, error, NEVER))
  await parts.store.settle(changes)
  for (const [index, change] of changes.entries()) {
    const { member } = members[index] ?? {}
    if (member) report(parts, member, change)
  }
}
