import { GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { Plan, Reject } from '../gateway/ports.ts'
import { createSplitter } from '../gateway/splitter.ts'
import type { Accepted, Story } from '../gateway/store/port.ts'
import type { CompiledRoute } from '../routes/route.ts'
import { splittingOf } from '../routes/splitting.ts'

/** What becomes of the records of a message, before they are sent. */
export interface PlannedRecords {
  /** Those that are accepted, in order. */
  readonly plans: readonly Plan[]
  /** Those that `once` knows from the same message. */
  readonly known: number
  readonly rejects: readonly Reject[]
  /** Why no more were taken, or none. */
  readonly error?: GatewayError
}

/** The records of a message's plan, by the gateway's own splitter; undefined where the message is not split. */
export async function recordsOf(route: CompiledRoute, plan: Plan): Promise<PlannedRecords | undefined> {
  if (!plan.splits) return undefined
  const ledger = createLedger()
  if (plan.splits === 'all') {
    ledger.accept(plan.children ?? [], plan.rejects ?? [])
    return ledger.kept
  }
  try {
    await splitter(route, plan.message, ledger).send({ ...NOTHING_KNOWN, messageId: plan.message.id }, new AbortController().signal)
    return ledger.kept
  } catch (error) {
    if (error instanceof GatewayError) return { ...ledger.kept, error }
    throw error
  }
}

/** What the splitter looks at of its delivery is the message's id. */
const NOTHING_KNOWN = {
  ...{ entry: 'records', target: '', route: '', source: '', key: undefined, correlationId: '', traceparent: undefined },
  ...{ contentType: '', headers: {}, params: undefined, body: new Uint8Array(), attempts: 0, replays: 0, waits: 0 },
  ...{ acceptedAt: 0, expiresAt: undefined },
}

function splitter(route: CompiledRoute, message: Message, ledger: Ledger) {
  return createSplitter({
    routes: { split: one => splittingOf(route, one) },
    store: {
      accept: async (plans, _, beside) => ledger.accept(plans, beside?.buried ?? []),
      bury: async rejects => void ledger.accept([], rejects),
      position: async () => undefined,
      rejects: async () => ({ items: [] }),
      story: async () => storyOf(message),
    },
    bodies: { open: () => whole(message.body) },
    relay: () => ({ offer: async () => {} }),
    limits: { admit() {} },
    metrics: { accepted() {}, duplicate() {}, dead() {} },
  })
}

function storyOf(message: Message): Story {
  const { client, identity: _, traceparent: __, parent: ___, stored: ____, ...plain } = message
  return { message: { ...plain, ...(client !== undefined && { client }) }, deliveries: [], events: [] }
}

async function* whole(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

interface Ledger {
  readonly kept: { readonly plans: Plan[]; known: number; readonly rejects: Reject[] }
  accept(plans: readonly Plan[], rejects: readonly Reject[]): readonly Accepted[]
}

/** Keeps records as the store does: the same `once` with the same body is known, with another it is refused. */
function createLedger(): Ledger {
  const kept: { readonly plans: Plan[]; known: number; readonly rejects: Reject[] } = { plans: [], known: 0, rejects: [] }
  const taken = new Map<string, { readonly id: string; readonly hash: string }>()
  function acceptOne(plan: Plan): Accepted {
    const { once, message } = plan
    const { id } = message
    const first = once && taken.get(once.value)
    if (!first) {
      if (once) taken.set(once.value, { id, hash: once.hash })
      kept.plans.push(plan)
      return { kind: 'accepted', id, deliveries: [] }
    }
    if (first.hash === once?.hash) {
      kept.known += 1
      return { kind: 'known', id: first.id, open: false, filtered: false }
    }
    kept.rejects.push({
      message,
      code: 'KEY_CONFLICT',
      detail: 'the identity belongs to another record of the message, which has another content',
    })
    return { kind: 'conflict', id: first.id }
  }
  return {
    kept,
    accept(plans, rejects) {
      kept.rejects.push(...rejects)
      return plans.map(acceptOne)
    },
  }
}
