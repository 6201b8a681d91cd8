import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silent } from '../gateway/log.ts'
import { resolveOptions } from '../gateway/options.ts'
import { storeOptions } from '../gateway/store/options.ts'
import { createStore } from '../gateway/store/sqlite.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { withLock } from './lock.ts'
import { cpuSeconds, residentMb } from './process.ts'
import { type BenchProject, writtenProject } from './project.ts'
import { ratio, type Sample, type Values } from './result.ts'
import { onPath } from './shared.ts'
import { secondsUntil } from './wait.ts'
import { startWaybill, type Waybill } from './waybill.ts'

const NONE = 'none remembered'
const MANY = '1,000,000 remembered'
const COUNT = 1_000_000
const FILES = 10
const BATCH = 5_000

/** What it costs that a poller remembers very many files. */
export const remembered: Bench = {
  name: 'remembered',
  title: 'A million files remembered',
  about: `A source of a folder that keeps its files (\`after: keep\`) and looks every 100 ms: ten new files from the moment they are there until
all are accepted, with an empty store and with one that remembers a million files of the source. Files count once they stood still for two
looks. The CPU is that of the gateway for each file.`,
  missing: () => (onPath('flock') ? undefined : 'not on the PATH: flock'),
  run,
  claims: rows => [
    ...ratio(rows, 'tookMs', [MANY, NONE], { what: 'A poll of 10 new files with 1,000,000 remembered: time, of none', atMost: 1.2 }),
    ...ratio(rows, 'cpuMs', [MANY, NONE], { what: 'A poll of 10 new files with 1,000,000 remembered: CPU, of none', atMost: 1.2 }),
  ],
}

async function run({ rounds, seconds, note }: Task): Promise<Measured> {
  const samples: Sample[] = []
  const [empty, full] = [project(), project()]
  try {
    await remember(join(full.dir, 'data'), note)
    for (let round = 1; round <= rounds; round++) {
      note(`round ${round} of ${rounds}`)
      samples.push({ name: NONE, values: await withLock(() => measure(empty, `${round}`, seconds)) })
      samples.push({ name: MANY, values: await withLock(() => measure(full, `${round}`, seconds)) })
    }
  } finally {
    empty.remove()
    full.remove()
  }
  return { samples }
}

function project(): BenchProject {
  const made = writtenProject(`waybill: 1
name: remembered
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }
store: { path: data }
systems: { shelf: { rest: { url: 'http://127.0.0.1:9/' } } }
routes:
  files:
    from: { file: { folder: in, every: 100ms, after: keep }, format: bytes }
    to: shelf
`)
  mkdirSync(join(made.dir, 'in'))
  return made
}

/** Fills the store of a gateway that does not run, by its own code, as files of names that came on a million days. */
async function remember(folder: string, note: (line: string) => void): Promise<void> {
  const store = await createStore({ ...resolveOptions(storeOptions, {}), path: folder, log: silent })
  try {
    for (let from = 0; from < COUNT; from += BATCH) {
      if (from % 200_000 === 0) note(`${from.toLocaleString('en')} of ${COUNT.toLocaleString('en')} remembered`)
      const some = Array.from({ length: BATCH }, (_, at) => ({
        source: `file:file in/*:orders-${String(from + at).padStart(9, '0')}.csv`,
        value: `${1_000 + at} 1700000000000.123`,
      }))
      await Promise.all(some.map(position => store.accept([], 'store', { position })))
    }
  } finally {
    await store.close()
  }
}

/** Ten new files again and again for as long as asked, one poll after the other. */
async function measure({ dir }: BenchProject, round: string, seconds: number): Promise<Values> {
  const waybill = await startWaybill(dir)
  try {
    await waybill.pause('shelf')
    await poll(waybill, dir, `${round}-warm`)
    const cpuBefore = cpuSeconds(waybill.pid)
    const took: number[] = []
    for (const began = performance.now(); performance.now() - began < seconds * 1_000; )
      took.push(await poll(waybill, dir, `${round}-${took.length}`))
    const cpuMs = ((cpuSeconds(waybill.pid) - cpuBefore) * 1_000) / (took.length * FILES)
    took.sort((a, b) => a - b)
    return { tookMs: took[Math.floor(took.length / 2)] ?? 0, cpuMs, memoryMb: residentMb(waybill.pid) }
  } finally {
    await waybill.stop()
  }
}

/** Milliseconds from the moment the files are there until all are accepted. */
async function poll({ queued }: Waybill, dir: string, name: string): Promise<number> {
  const before = await queued()
  for (let at = 0; at < FILES; at++) writeFileSync(join(dir, 'in', `new-${name}-${at}`), `${name} ${at}`)
  return 1_000 * (await secondsUntil(async () => (await queued()) === before + FILES, 20))
}
