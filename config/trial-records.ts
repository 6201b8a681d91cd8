import { asGatewayError, GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { Plan, Reject } from '../gateway/ports.ts'
import { type CompiledRoute, planMessage } from '../routes/route.ts'
import { splittingOf } from '../routes/splitting.ts'
import { parseJson } from '../transformers/json/codec.ts'
import type { Project, SplitConfig } from './project.ts'
import { createTrying, type TriedRecords } from './tried-records.ts'

/** What would happen to the records of a message that is split. Repeats of a `once` are not looked for. */
export interface RecordsTrial extends TriedRecords {
  readonly project: string
  readonly route: string
  readonly source: string
  readonly contentType: string
  /** What becomes of the others where some are rejected. */
  readonly policy: SplitConfig['rejects']
  /** False: there is more that was not read. */
  readonly complete: boolean
  /** Why the rest cannot be read. */
  readonly error?: { readonly code: string; readonly detail: string }
}

/** How much of it is tried. */
export interface RecordsAsked {
  /** Records that are shown step by step. */
  readonly show: number
  /** No more records than so many are read. */
  readonly most: number
  /** Told now and then how many records are read. */
  progress(records: number): void
}

const TOLD_EVERY = 5_000

/** Tries the records of a message that is split by them, on a project that has no faults. Of `bytes` it reads no more than it is asked for. */
export async function tryRecords(
  project: Project,
  message: Message,
  bytes: AsyncIterable<Uint8Array>,
  { show, most, progress }: RecordsAsked,
): Promise<RecordsTrial> {
  const { route, found, take } = createTrying(project, message, show)
  const splitting = splittingOf(route, message)
  const about = aboutOf(project, route, message)
  try {
    for await (const piece of splitting.read(bytes)) {
      for (const record of piece) {
        if (found.counts.read === most) return { ...about, ...found, complete: false }
        await take(record, () => splitting.plan(record))
        if (found.counts.read % TOLD_EVERY === 0) progress(found.counts.read)
      }
    }
    return { ...about, ...found, complete: true }
  } catch (error) {
    const { code, detail } = asGatewayError(error)
    return { ...about, ...found, complete: false, error: { code, detail } }
  }
}

/** Tries the items of a list in a message's body. Rejects with GatewayError where the whole is refused before it is split. */
export async function tryItems(project: Project, message: Message, show: number): Promise<RecordsTrial> {
  const { route, found, take } = createTrying(project, message, show)
  const { children = [], rejects = [] } = await planMessage(goingOn(route), message)
  const all: readonly (Reject | Plan)[] = [...children, ...rejects].sort((a, b) => numberOf(a) - numberOf(b))
  for (const one of all) {
    const raw = one.message.body
    await take({ number: numberOf(one), body: parseJson(raw).value, raw }, () => ('deliveries' in one ? one : refused(one)))
  }
  return { ...aboutOf(project, route, message), ...found, complete: true }
}

/** The same route, where a bad item stops no other: all that is wrong is told at once. */
function goingOn(route: CompiledRoute): CompiledRoute {
  const { split } = route
  return split ? { ...route, split: { ...split, config: { ...split.config, rejects: 'go-on' } } } : route
}

function numberOf({ message }: Reject | Plan): number {
  return message.meta.record?.number ?? 0
}

function refused({ code, detail }: Reject): never {
  throw new GatewayError(code, detail)
}

function aboutOf({ name }: Project, { config }: CompiledRoute, { source, contentType }: Message) {
  return { project: name, route: config.name, source, contentType, policy: config.split?.rejects ?? ('go-on' as const) }
}
