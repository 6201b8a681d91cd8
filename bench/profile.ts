import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { aligned } from './table.ts'

const TOP = 30

/** What V8 writes into a .cpuprofile: the tree of calls, and the node and the time since the last of each sample. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples: readonly number[]
  /** Microseconds. */
  readonly timeDeltas: readonly number[]
}

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/**
 * For each profile (a thread each) in a folder: the functions with the most time of their own, as shares of the time that was not idle. It is
 * time on the clock: the commit of the store's thread (gateway/store/batch.js) contains its wait for the disk.
 */
export function profileLines(folder: string, top = TOP): readonly string[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.cpuprofile'))
  return files.sort().flatMap(file => linesOf(file, JSON.parse(readFileSync(join(folder, file), 'utf8')), top))
}

function linesOf(file: string, profile: Profile, top: number): readonly string[] {
  const times = selfTimes(profile)
  const all = sum([...times.values()])
  const idle = times.get('(idle)') ?? 0
  times.delete('(idle)')
  const busy = all - idle
  const sorted = [...times].sort(([, a], [, b]) => b - a).slice(0, top)
  const rows = sorted.map(([name, time]) => [name, (time / 1_000).toFixed(0), `${((100 * time) / busy).toFixed(1)} %`])
  return [
    `${file}: ${(busy / 1e6).toFixed(2)} s of ${(all / 1e6).toFixed(2)} s busy`,
    ...aligned([['function', 'self ms', 'of busy'], ...rows]),
  ]
}

function selfTimes({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '?'
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0))
  }
  return times
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`
}

/** From the package or the folder of the project on. */
function placeOf(url: string): string {
  return url.replace(/^.*\/(?:node_modules|dist)\//, '').replace(/^file:\/\/.*\/(?=[^/]+\/[^/]+$)/, '')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

// node dist/bench/profile.js DIR
const [, program = '', folder] = process.argv
if (import.meta.url === pathToFileURL(program).href && folder !== undefined) {
  for (const line of profileLines(folder)) process.stdout.write(`${line}\n`)
}
