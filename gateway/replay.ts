import type { Mapping, Replayed } from './admin/parts.ts'
import { asGatewayError, GatewayError } from './errors.ts'
import { planBuried } from './exhume.ts'
import { storedText } from './message.ts'
import { originalOf } from './original.ts'
import { type Bodies, type Delivery, deliveryKey, type Plan, type Planned, type Routes } from './ports.ts'
import type { Relay } from './relay.ts'
import { createReread, type Reread } from './rereading.ts'
import type { DeadLetter, Remade, Selection, Store } from './store/port.ts'
import { recordText } from './store/wire.ts'

export interface ReplayParts {
  readonly store: Pick<Store, 'dead' | 'story' | 'replay' | 'revive'>
  readonly routes: Pick<Routes, 'plan' | 'split'>
  readonly bodies: Pick<Bodies, 'open'>
  readonly relay: Pick<Relay, 'wake'>
  /** Moves large bodies to the body store. */
  readonly storeLarge: (plans: readonly Plan[]) => readonly Plan[] | Promise<readonly Plan[]>
}

/** Opens dead deliveries again, with the body that was planned or with the original through today's mapping. What cannot be stays dead, and is told. */
export type Replay = (selection: Selection, by: string, mapping: Mapping) => Promise<Replayed>

/** What is known of the letters before any is opened. */
interface Draft {
  readonly remade: Map<string, Remade>
  readonly refused: Replayed['refused'][number][]
}

const PAGE = 500

/** The replay of a gateway. */
export function createReplay(parts: ReplayParts): Replay {
  const { store, relay } = parts
  const reread = createReread(parts)
  return async (selection, by, mapping) => {
    const draft: Draft = { remade: new Map(), refused: [] }
    const groups = [...(await lettersOf(store, selection)).values()]
    const buried = groups.flat().filter(({ entry }) => entry === BURIED)
    for (const letters of groups) if (letters.every(({ entry }) => entry !== BURIED)) await prepare(parts, letters, mapping, draft)
    const revived = await revive({ ...parts, reread }, buried, by, draft)
    const refused = draft.refused.map(({ id, entry }) => deliveryKey({ messageId: id, entry }))
    const except = [...(selection.except ?? []), ...refused, ...buried.map(deliveryKey)]
    const opened = [...revived, ...(await store.replay({ ...selection, except }, by, draft.remade))]
    for (const target of new Set(opened.map(delivery => delivery.target))) relay.wake(target)
    return { replayed: opened.length, refused: draft.refused }
  }
}

/** The selected dead letters by message. */
async function lettersOf(store: ReplayParts['store'], selection: Selection): Promise<ReadonlyMap<string, readonly DeadLetter[]>> {
  const letters = new Map<string, DeadLetter[]>()
  for (let cursor: string | undefined; ; ) {
    const page = await store.dead(selection, cursor, PAGE)
    for (const letter of page.items) letters.set(letter.messageId, [...(letters.get(letter.messageId) ?? []), letter])
    cursor = page.cursor
    if (cursor === undefined) return letters
  }
}

async function prepare(parts: ReplayParts, letters: readonly DeadLetter[], mapping: Mapping, draft: Draft): Promise<void> {
  try {
    if (mapping === 'current') await mapAgain(parts, letters, draft)
  } catch (error) {
    for (const letter of letters) refuse(draft, letter, asGatewayError(error))
  }
}

/** The entry of a message that was never accepted. */
const BURIED = '-'

/** Accepts what was never accepted, by today's route. */
async function revive(
  parts: ReplayParts & { readonly reread: Reread },
  letters: readonly DeadLetter[],
  by: string,
  draft: Draft,
): Promise<readonly Delivery[]> {
  if (letters.length === 0) return []
  const { plans, refused } = await planBuried(parts, letters)
  for (const { letter, error } of refused) refuse(draft, letter, error)
  const revived = await parts.store.revive(await parts.storeLarge(plans.map(({ plan }) => plan)), by)
  return plans.flatMap(({ letter }, index) => {
    const deliveries = revived[index]
    if (!deliveries) refuse(draft, letter, new GatewayError('KEY_CONFLICT', 'its `once` is known as another message by now'))
    return deliveries ?? []
  })
}

async function mapAgain({ store, routes, storeLarge }: ReplayParts, letters: readonly DeadLetter[], draft: Draft): Promise<void> {
  const story = await store.story(letters[0]?.messageId ?? '')
  const message = originalOf(story)
  if (!story || !message) throw new GatewayError('NOT_FOUND', 'its original is no longer kept, so it cannot be mapped anew')
  const [{ deliveries, filtered } = NO_PLAN] = await storeLarge([await routes.plan(message)])
  for (const letter of letters) {
    const fresh = deliveries.find(({ entry, target }) => entry === letter.entry && target === letter.target)
    const before = story.deliveries.find(({ entry }) => entry === letter.entry)
    if (!fresh) refuse(draft, letter, new GatewayError('NO_ROUTE', notChosen(letter, filtered)))
    else if (!before || !isSame(fresh, before)) draft.remade.set(deliveryKey(letter), fresh)
  }
}

const NO_PLAN: Pick<Plan, 'deliveries' | 'filtered'> = { deliveries: [] }

/** The same request: then it is known to its target by the same key. */
function isSame(fresh: Planned, before: Remade): boolean {
  const told = ({ contentType, headers, params, stored }: Remade) =>
    [contentType, recordText(headers), recordText(params), storedText(stored)].join('\n')
  return Buffer.compare(fresh.body, before.body) === 0 && told(fresh) === told(before)
}

function notChosen({ entry, target }: DeadLetter, filtered: string | undefined): string {
  return `today's route does not choose the entry ${entry} with target ${target}${filtered === undefined ? '' : `: ${filtered}`}`
}

function refuse({ refused }: Draft, { messageId, entry, record }: DeadLetter, { code, detail }: GatewayError): void {
  refused.push({ id: messageId, entry, code, detail, ...(record && { record }) })
}
