import { GatewayError } from './errors.ts'
import type { Message, StoredBody } from './message.ts'
import { onePiece } from './one-piece.ts'
import type { Bodies, Delivery, Outbound, Plan, Planned } from './ports.ts'
import type { Target } from './target.ts'

/** What a target that reads no stored bodies itself is given in memory, at most: 64 MiB. */
const MOST = 64 << 20

export interface LargeParts {
  readonly bodies: Bodies
  readonly targets: ReadonlyMap<string, Pick<Target, 'outbound'>>
  /** Bodies above it lie in the body store. */
  readonly inlineBytes: number
}

/** Moves the large bodies of plans to the body store, before they are accepted; those for queues of the broker stay, since their readers want all. */
export function createStoreLarge({
  bodies,
  targets,
  inlineBytes,
}: LargeParts): (plans: readonly Plan[]) => readonly Plan[] | Promise<readonly Plan[]> {
  const isLarge = ({ body, stored }: Pick<Message, 'body' | 'stored'>) => !stored && body.length > inlineBytes
  const isDirect = (planned: Planned) => targets.get(planned.target)?.outbound.publication !== undefined
  const concerned = ({ message, deliveries, children = [] }: Plan): boolean =>
    isLarge(message) || deliveries.some(one => (isDirect(one) ? one.stored : isLarge(one))) || children.some(concerned)

  async function lean<T extends { readonly body: Uint8Array; readonly stored?: StoredBody | undefined }>(one: T): Promise<T> {
    return isLarge(one) ? { ...one, body: NOTHING, stored: await bodies.keep(onePiece(one.body)) } : one
  }
  async function whole(planned: Planned): Promise<Planned> {
    const { stored, ...rest } = planned
    if (!stored) return planned
    try {
      return { ...rest, body: await bodies.read(stored, MOST) }
    } catch (cause) {
      throw new GatewayError('TOO_LARGE', `the queue of ${planned.target} takes bodies up to ${MOST} bytes; this one has ${stored.bytes}`, {
        cause,
      })
    }
  }
  async function stored(plan: Plan): Promise<Plan> {
    if (!concerned(plan)) return plan
    const deliveries = await Promise.all(plan.deliveries.map(one => (isDirect(one) ? whole(one) : lean(one))))
    const children = await Promise.all((plan.children ?? []).map(stored))
    return { ...plan, message: await lean(plan.message), deliveries, ...(plan.children && { children }) }
  }
  return plans => (plans.some(concerned) ? Promise.all(plans.map(stored)) : plans)
}

const NOTHING = new Uint8Array()

/** An outbound that is given stored bodies as bytes, unless it reads them itself. */
export function withBodies<T extends Outbound & { readonly streams?: true }>(outbound: T, bodies: Pick<Bodies, 'read'>): T {
  if (outbound.streams) return outbound
  return {
    ...outbound,
    async send(delivery: Delivery, signal: AbortSignal) {
      const { stored, ...rest } = delivery
      return outbound.send(stored ? { ...rest, body: await bodies.read(stored, MOST) } : delivery, signal)
    },
  }
}
