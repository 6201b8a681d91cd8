import { collectMembers, isFull, type MemberParts, readMembers, setAside } from './batch-members.ts'
import { asGatewayError, type GatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import { type Message, newId, type StoredBody } from './message.ts'
import type { Batching, Bodies, Delivery } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Store } from './store/port.ts'

export interface CloseBatchParts extends MemberParts {
  readonly store: Pick<Store, 'waiting' | 'lying' | 'accept' | 'settle'>
  readonly bodies: Pick<Bodies, 'keep' | 'read'>
  readonly relay: Pick<Relay, 'offer'>
}

export interface Closing {
  /** When a batch goes at the latest whose oldest member was accepted then, in milliseconds since the epoch. */
  readonly dueAt: (acceptedAt: number) => number
  readonly stopped: () => boolean
  /** What was waiting when it was last found to fill no batch. */
  idle: string
}

/** Members that have no form in the file and are found by one closing; the others are found by the next. */
const MOST_UNFIT = 100

/** Closes batches until what is left fills none. */
export async function closeFull(parts: CloseBatchParts, batch: Batching, closing: Closing): Promise<void> {
  const now = Date.now()
  while (!closing.stopped()) {
    const waiting = (await parts.store.waiting()).find(({ target }) => target === batch.waits)
    const [oldest] = waiting ? (await parts.store.lying(batch.waits, 1)).items : []
    if (!waiting || !oldest) return
    const late = closing.dueAt(oldest.acceptedAt) <= now
    const seen = `${waiting.count} ${waiting.bytes}`
    // what is on its way in another batch counts as well: then it is looked closer
    if (!late && (!isFull(batch, waiting.count, waiting.bytes) || closing.idle === seen)) return
    const { members, full } = await collectMembers(parts, batch, now)
    if (!late && !full) {
      closing.idle = seen
      return
    }
    if (members.length === 0) return
    const isClosed = await close(parts, batch, members)
    if (isClosed && !full) return
  }
}

/** Writes the file, then accepts it as a message that carries its members, in one transaction. False where some of them have no form in it: these are dead letters, and the others are looked at again. */
async function close(parts: CloseBatchParts, batch: Batching, members: readonly Delivery[]): Promise<boolean> {
  const { store, relay, log } = parts
  const { route, entry, target, contentType } = batch
  const id = newId()
  const bare: Message = {
    ...{ id, route, sourceIndex: 0, source: batch.waits, correlationId: id, contentType, headers: {}, meta: {} },
    ...{ body: NOTHING, receivedAt: Date.now() },
  }
  // a name that fails is known before anything is written
  const params = batch.params(bare, members.length)
  const { stored, unfit } = await write(parts, batch, bare, members)
  await setAside(parts, unfit)
  if (!stored) return false
  const delivery = { entry, target, contentType, headers: {}, ...(params && { params }), body: NOTHING, stored, chosen: 'batch' }
  failpoint('batch.accepting')
  const [accepted] = await store.accept([{ message: { ...bare, stored }, deliveries: [delivery] }], 'store', { batch: { id, members } })
  failpoint('batch.accepted')
  log.info('batch-closed', { batch: batch.waits, id, members: members.length, bytes: stored.bytes })
  if (accepted?.kind === 'accepted') await relay.offer(accepted.deliveries)
  return true
}

interface Written {
  /** Of all members; absent where some are unfit. */
  readonly stored?: StoredBody
  readonly unfit: readonly { readonly member: Delivery; readonly error: GatewayError }[]
}

async function write(parts: CloseBatchParts, batch: Batching, message: Message, members: readonly Delivery[]): Promise<Written> {
  const unfit: { member: Delivery; error: GatewayError }[] = []
  let left = members
  while (left.length > 0 && unfit.length < MOST_UNFIT) {
    const reading = readMembers(parts.bodies, left)
    try {
      const stored = await parts.bodies.keep(batch.write(reading.bytes, message))
      return { unfit, ...(unfit.length === 0 && { stored }) }
    } catch (thrown) {
      const [error, member] = [asGatewayError(thrown), reading.current()]
      if (!error.permanent || !member) throw thrown
      unfit.push({ member, error })
      left = left.filter(one => one !== member)
    }
  }
  return { unfit }
}

const NOTHING = new Uint8Array()
