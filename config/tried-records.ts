import { asGatewayError, type GatewayError, problem } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { Plan, SplitRecord } from '../gateway/ports.ts'
import { compileProject } from '../routes/compile.ts'
import { type CompiledRoute, planRecord, type Trace } from '../routes/route.ts'
import { recordMessage } from '../routes/split.ts'
import { writeJson } from '../transformers/json/codec.ts'
import type { Project } from './project.ts'
import { type Trial, trialOf } from './trial.ts'
import { createNotes } from './trial-steps.ts'

/** The place of a record in what is split. */
export interface TriedPlace {
  readonly number: number
  readonly line?: number
  readonly entry?: string
}

/** A record that could not be accepted. */
export interface TriedReject extends TriedPlace {
  readonly code: string
  readonly detail: string
}

/** A record, step by step. */
export interface TriedRecord extends TriedPlace {
  readonly trial: Trial
}

/** Counts of what was read. */
export interface TriedCounts {
  read: number
  accepted: number
  filtered: number
  rejected: number
}

/** What is kept of records while they are tried. */
export interface TriedRecords {
  readonly counts: TriedCounts
  /** The first ones. */
  readonly first: readonly TriedRecord[]
  /** At most 1,000. */
  readonly rejects: readonly TriedReject[]
}

/** Tries records, one after another, in order. */
export interface Trying {
  /** The route as the gateway has it. */
  readonly route: CompiledRoute
  /** Notes what becomes of a record, by its plan. */
  take(record: SplitRecord, plan: () => Plan | Promise<Plan>): Promise<void>
  readonly found: TriedRecords
}

const MOST_REJECTS = 1_000

/** Tries records of a message on a project that has no faults; the first ones step by step. */
export function createTrying(project: Project, message: Message, show: number): Trying {
  const notes = createNotes()
  const route = routeOf(compileProject(project), message)
  const watched = routeOf(compileProject(project, notes.watch), message)
  const counts: TriedCounts = { read: 0, accepted: 0, filtered: 0, rejected: 0 }
  const first: TriedRecord[] = []
  const rejects: TriedReject[] = []
  async function look(record: SplitRecord): Promise<void> {
    notes.list.splice(0)
    const own = recordMessage(message, record, writeJson(record.body), 'application/json')
    const trace: Trace = { decisions: [] }
    const rehearsed = await planned(watched, own, record, trace)
    first.push({ ...placeOf(record), trial: trialOf({ project, message: own, route: watched, trace, rehearsed, notes: [...notes.list] }) })
  }
  return {
    route,
    found: { counts, first, rejects },
    async take(record, plan) {
      counts.read += 1
      if (first.length < show && !record.error) await look(record)
      try {
        counts[(await plan()).filtered === undefined ? 'accepted' : 'filtered'] += 1
      } catch (error) {
        counts.rejected += 1
        const { code, detail } = asGatewayError(error)
        if (rejects.length < MOST_REJECTS) rejects.push({ ...placeOf(record), code, detail })
      }
    },
  }
}

function routeOf(compiled: ReadonlyMap<string, CompiledRoute>, { route }: Message): CompiledRoute {
  const found = compiled.get(route)
  if (!found) throw new Error(`no route ${route}`)
  return found
}

async function planned(route: CompiledRoute, message: Message, { body }: SplitRecord, trace: Trace) {
  try {
    const plan = await planRecord(route, message, body, trace)
    const deliveries = plan.deliveries.map(one => ({ ...one, says: undefined, state: 'delivered' as const }))
    return { answer: { status: 202, body: undefined }, plan, deliveries, batches: [] }
  } catch (error) {
    return { answer: refusal(asGatewayError(error), message), deliveries: [], batches: [] }
  }
}

function refusal(error: GatewayError, { correlationId }: Message) {
  return { status: error.status, body: problem(error, correlationId), error }
}

function placeOf({ number, line, entry }: SplitRecord): TriedPlace {
  return { number, ...(line !== undefined && { line }), ...(entry !== undefined && { entry }) }
}
