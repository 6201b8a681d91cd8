import { asGatewayError } from './errors.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './log.ts'
import { type Message, newId } from './message.ts'
import { type Accept, type Bury, SPLIT } from './ports.ts'
import type { Receipts, ReceiptView, RejectView } from './receipts.ts'
import type { Store, Untold } from './store/port.ts'

/** How often it is looked for messages that have ended. */
const LOOK_MS = 500
/** Rejects that one receipt names. */
const NAMED = 1_000

/** What `done` of a route says. */
export interface DoneConfig {
  /** The route that the receipt goes to. */
  readonly route: string
  readonly withinMs?: number
}

export interface DoneParts {
  readonly store: Pick<Store, 'untold' | 'tell' | 'story'> & Pick<Receipts, 'receipt' | 'rejects'>
  readonly accept: Accept
  readonly bury: Bury
  /** By the name of the route that splits; undefined where nobody is told. Without any there is nothing to look for. */
  readonly routes: ReadonlyMap<string, DoneConfig | undefined>
  readonly log: Log
}

/** Sends the receipts of split messages on, once their last record has ended. */
export interface Done {
  start(): void
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/** The receipts' sender. What it has sent is known by its identity: a crash between sending and noting it sends nothing twice. */
export function createDone(parts: DoneParts): Done {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const look = async () => {
    try {
      await tellAll(parts, () => stopped)
    } catch (error) {
      parts.log.warn('done-failed', { detail: String(error) })
    }
    if (!stopped) timer = setTimeout(next, LOOK_MS).unref()
  }
  const next = () => {
    running = look()
  }
  return {
    start() {
      if (parts.routes.size > 0) next()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}

async function tellAll(parts: DoneParts, stopped: () => boolean): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined && !stopped(); ) {
    const page: readonly Untold[] = await parts.store.untold(after)
    const told: string[] = []
    for (const one of page) if (await tellOne(parts, one)) told.push(one.id)
    if (told.length > 0) await parts.store.tell(told)
    after = page.length > 0 ? page.at(-1)?.id : undefined
  }
}

/** True where nothing more is to be told of it. */
async function tellOne({ store, accept, bury, routes }: DoneParts, { id, route, receivedAt, settledAt }: Untold): Promise<boolean> {
  const config = routes.get(route)
  if (!config) return settledAt !== undefined
  const late = config.withinMs !== undefined && Date.now() - receivedAt > config.withinMs
  if (settledAt === undefined && !late) return false
  const [story, view] = [await store.story(id), await store.receipt(id)]
  if (!story || !view) return true
  const { client, correlationId, traceparent, source, meta } = story.message
  const message: Message = {
    id: newId(),
    route: config.route,
    sourceIndex: 0,
    source,
    ...(client !== undefined && { client }),
    identity: `done:${id}`,
    correlationId,
    ...(traceparent !== undefined && { traceparent }),
    contentType: 'application/json',
    headers: {},
    meta,
    body: Buffer.from(JSON.stringify(await receiptBody(store, view, meta.file))),
    receivedAt: Date.now(),
  }
  try {
    await accept([message])
  } catch (thrown) {
    const error = asGatewayError(thrown)
    if (!error.permanent) throw error
    // told before a crash, when its counts were others; what its route cannot take nobody hears of otherwise, and the next ones wait behind it
    if (error.code !== 'KEY_CONFLICT') await bury(message, error)
  }
  failpoint('done.accepted')
  return true
}

async function receiptBody(store: Pick<Receipts, 'rejects'>, view: ReceiptView, file: Message['meta']['file']): Promise<object> {
  const { id, route, state, receivedAt, records } = view
  const error = view.targets.find(({ target, state }) => target.startsWith(SPLIT) && state === 'dead')?.lastError
  const rejects: Omit<RejectView, 'raw'>[] = []
  for (let cursor: string | undefined = '0'; cursor !== undefined && rejects.length < NAMED; ) {
    const page: Awaited<ReturnType<Receipts['rejects']>> = await store.rejects(id, cursor)
    rejects.push(...page.items.map(({ raw: _, ...one }) => one))
    cursor = page.cursor
  }
  return {
    ...{ id, route, state, receivedAt, ...(file && { file }), ...(error !== undefined && { error }) },
    ...{ records, rejects: rejects.slice(0, NAMED) },
  }
}
