import { asGatewayError, GatewayError } from './errors.ts'
import type { Message } from './message.ts'
import { originalOf } from './original.ts'
import type { Plan, Routes, SplitRecord } from './ports.ts'
import type { Reread } from './rereading.ts'
import type { DeadLetter, Store } from './store/port.ts'

export interface ExhumeParts {
  readonly store: Pick<Store, 'story'>
  readonly routes: Pick<Routes, 'plan' | 'split'>
  readonly reread: Reread
}

/** What became of dead letters that were never accepted. */
export interface Exhumed {
  readonly plans: readonly { readonly letter: DeadLetter; readonly plan: Plan }[]
  readonly refused: readonly { readonly letter: DeadLetter; readonly error: GatewayError }[]
}

type Stories = readonly { readonly letter: DeadLetter; readonly message: Message }[]

/** Plans of messages that were never accepted, by today's route and mapping. Records are read again from the message that they are a part of, in one pass. */
export async function planBuried(parts: ExhumeParts, letters: readonly DeadLetter[]): Promise<Exhumed> {
  const plans: { letter: DeadLetter; plan: Plan }[] = []
  const refused: { letter: DeadLetter; error: GatewayError }[] = []
  const attempt = async (letter: DeadLetter, plan: () => Promise<Plan> | Plan) => {
    try {
      plans.push({ letter, plan: await plan() })
    } catch (error) {
      refused.push({ letter, error: asGatewayError(error) })
    }
  }
  const families = new Map<string, { letter: DeadLetter; message: Message }[]>()
  for (const letter of letters) {
    const message = originalOf(await parts.store.story(letter.messageId))
    const isRecord = message?.parent !== undefined && message.contentType !== 'application/json'
    if (!message) refused.push({ letter, error: new GatewayError('NOT_FOUND', 'its original is no longer kept') })
    else if (isRecord) families.set(message.parent, [...(families.get(message.parent) ?? []), { letter, message }])
    else await attempt(letter, () => parts.routes.plan(message))
  }
  for (const [parent, stories] of families) await planRecords(parts, parent, stories, attempt)
  return { plans, refused }
}

type Attempt = (letter: DeadLetter, plan: () => Promise<Plan> | Plan) => Promise<void>

type Waiting = Map<number | undefined, Stories[number]>

async function planRecords(parts: ExhumeParts, parent: string, stories: Stories, attempt: Attempt): Promise<void> {
  const waiting: Waiting = new Map(stories.map(one => [one.message.meta.record?.number, one]))
  const gone = new GatewayError('NOT_FOUND', `message ${parent}, whose record it is, is no longer kept`)
  let why: unknown = gone
  try {
    await planWaiting(parts, parent, waiting, attempt)
  } catch (error) {
    if (!asGatewayError(error).permanent) throw error
    why = error
  }
  for (const { letter } of waiting.values()) {
    await attempt(letter, () => {
      throw why
    })
  }
}

/** Takes from those that wait what it has attempted. */
async function planWaiting({ store, routes, reread }: ExhumeParts, parent: string, waiting: Waiting, attempt: Attempt): Promise<void> {
  const story = await store.story(parent)
  const whole = originalOf(story)
  if (!whole) return
  const splitting = routes.split(whole)
  // one of them alone would be a part of what is taken whole or not at all
  if (splitting.rejects === 'all-or-nothing' && story?.records?.accepted === 0) {
    const mend = `waybill dead replay ${parent} reads all of them again`
    throw new GatewayError('RECORDS_REJECTED', `its route takes all records of message ${parent} or none: ${mend}`)
  }
  const first = Math.min(...[...waiting.keys()].map(number => number ?? 1))
  for await (const piece of reread(whole, first)) {
    for (const record of piece) {
      const found = waiting.get(record.number)
      if (!found) continue
      waiting.delete(record.number)
      await attempt(found.letter, async () => as(await splitting.plan(record), found.message, record))
    }
    if (waiting.size === 0) return
  }
}

/** The record keeps the id that its reject is known by. */
function as(plan: Plan, { id }: Message, { number }: SplitRecord): Plan {
  if (plan.message.meta.record?.number !== number) throw new GatewayError('INTERNAL', 'a record was planned as another')
  return { ...plan, message: { ...plan.message, id } }
}
