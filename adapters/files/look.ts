import type { Log } from '../../gateway/log.ts'
import type { Gateway } from '../../gateway/ports.ts'
import type { SourceBinding } from '../adapter.ts'
import { type Claim, claimOf } from './claims.ts'
import type { Place, PlacedFile } from './place.ts'
import { readyFiles, type Seen, sightOf, wanted } from './poll-files.ts'
import type { PollOptions } from './poll-options.ts'
import { positionOf, resume, takeOne } from './take-found.ts'

export interface LookParts {
  readonly binding: SourceBinding
  readonly options: PollOptions
  /** Opened for each look, and closed after it. */
  readonly openPlace: () => Promise<Place>
  readonly gateway: Pick<Gateway, 'accept' | 'bodies' | 'positions'>
  /** The name of this source of this gateway in claims. */
  readonly instance: string
  /** Where downloads go, in a folder of this machine. */
  readonly incoming: string
  /** What must stay free on its disk. */
  readonly minFreeBytes: number
  readonly log: Log
}

/** What a poller keeps in mind from one look to the next. */
export interface Memory {
  /** Of the look before. */
  seen: Seen
  /** Since when claims of others are seen, by their paths, in milliseconds of the process's clock. */
  claims: ReadonlyMap<string, number>
  /** With `after: keep`: files that were accepted, or never can be, as they were then. */
  readonly settled: Map<string, string>
}

/** After so many files that failed the look ends: it is the place, and not the files. */
const MOST_FAILURES = 3
/** Positions that are asked for at once. */
const ASKED = 2_000

export function createMemory(): Memory {
  return { seen: new Map(), claims: new Map(), settled: new Map() }
}

/** Takes what is complete. One file that fails for now does not keep the others; rejects with the first such fault. */
export async function look(parts: LookParts, memory: Memory, signal: AbortSignal): Promise<void> {
  const place = await parts.openPlace()
  try {
    const all = await place.list(parts.options.folder, parts.options.recursive)
    const found = { ...parts, place, memory, signal }
    const left = leftClaims(parts, memory, all).map(claim => () => resume(found, claim))
    const ready = await unsettled(parts, memory, readyFiles(all, parts.options, memory.seen, Date.now()))
    const fresh = ready.map(file => () => takeOne(found, file))
    memory.seen = new Map(all.map(file => [file.path, sightOf(file)]))
    for (const path of memory.settled.keys()) if (!memory.seen.has(path)) memory.settled.delete(path)
    await inTurn([...left, ...fresh], signal)
  } finally {
    await place.close()
  }
}

async function inTurn(works: readonly (() => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (const work of works) {
    if (signal.aborted || failures.length >= MOST_FAILURES) break
    await work().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * Claims that nobody works at: this source's own, of a run that ended, and those of others that have stood for `takeOver`, for whoever works
 * renews its claim. Clocks of two machines differ, so that counts from when it was first seen; only by `cron`, whose looks are a day apart, by
 * its own time.
 */
function leftClaims({ options, instance }: LookParts, memory: Memory, all: readonly PlacedFile[]): readonly Claim[] {
  const wants = wanted(options)
  const claims = all.flatMap(file => claimOf(file) ?? []).filter(({ path }) => wants(path))
  const now = performance.now()
  memory.claims = new Map(claims.map(({ file }) => [file.path, memory.claims.get(file.path) ?? now]))
  return claims.filter(claim => {
    if (claim.instance === instance) return true
    const standsMs = options.cron === undefined ? now - (memory.claims.get(claim.file.path) ?? now) : Date.now() - claim.at
    return standsMs >= options.takeOverMs
  })
}

/** As many as one look takes, without those that are kept and settled as they are. */
async function unsettled(
  { options, binding, gateway }: LookParts,
  { settled }: Memory,
  files: readonly PlacedFile[],
): Promise<readonly PlacedFile[]> {
  if (options.after !== 'keep') return files.slice(0, options.most)
  const unknown = files.filter(file => settled.get(file.path) !== sightOf(file))
  const fresh: PlacedFile[] = []
  for (let at = 0; at < unknown.length && fresh.length < options.most; at += ASKED) {
    const some = unknown.slice(at, at + ASKED)
    const positions = await gateway.positions(some.map(file => positionOf(binding, file).source))
    for (const [index, file] of some.entries()) {
      if (positions[index] === sightOf(file)) settled.set(file.path, sightOf(file))
      else fresh.push(file)
    }
  }
  return fresh.slice(0, options.most)
}
