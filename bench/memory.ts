import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Measured, Task } from './bench.ts'
import { withLock } from './lock.ts'
import { type FileKind, fileKinds, layout, writeRecords } from './memory-files.ts'
import { cpuSeconds, peakMb } from './process.ts'
import { writtenProject } from './project.ts'
import type { Claim, Sample, Values } from './result.ts'
import { onPath } from './shared.ts'
import { secondsUntil } from './wait.ts'
import { startWaybill, type Waybill } from './waybill.ts'

/** How much memory a large file takes. */
export const memory: Bench = {
  name: 'memory',
  title: 'Memory of large files',
  about: `A file in a folder, of records of 4 kB, split and planned by a gateway of its own; a thousand of the records are different, and the
others are known by \`once\`, so that the store does not grow with the file. The whole file goes on as it is, to another folder. Once with
1 GB and once with 5 GB (100 MB and 500 MB where a round has less than 10 s).`,
  missing: () => (onPath('flock') ? undefined : 'not on the PATH: flock'),
  run,
  claims,
}

async function run({ rounds, seconds, note }: Task): Promise<Measured> {
  const samples: Sample[] = []
  const unit = seconds >= 10 ? 1_000 : 100
  for (let round = 1; round <= rounds; round++) {
    for (const kind of fileKinds) {
      for (const size of [unit, 5 * unit]) {
        note(`round ${round} of ${rounds}: ${kind.name} of ${size} MB`)
        samples.push({ name: rowName(kind, size), values: await withLock(() => measure(kind, size)) })
      }
    }
  }
  return { samples }
}

function rowName({ name }: FileKind, megabytes: number): string {
  return `${name}, ${megabytes.toLocaleString('en')} MB`
}

function claims(rows: readonly Sample[]): readonly Claim[] {
  const found = fileKinds.flatMap(({ name }) => {
    const [small, large] = rows.flatMap(row => (row.name.startsWith(`${name}, `) ? (row.values.memoryMb ?? []) : []))
    return small === undefined || large === undefined ? [] : [{ peak: Math.max(small, large), growth: large / small }]
  })
  if (found.length === 0) return []
  return [
    { what: 'Large files: highest peak memory of all formats', value: Math.max(...found.map(one => one.peak)), unit: 'MB', atMost: 256 },
    {
      what: 'Large files: peak memory at 5 times the size, most of all formats',
      value: Math.max(...found.map(one => one.growth)),
      atMost: 1.1,
    },
  ]
}

async function measure(kind: FileKind, megabytes: number): Promise<Values> {
  const project = writtenProject(yaml(kind))
  const folder = join(project.dir, 'in')
  mkdirSync(folder)
  writeFileSync(join(project.dir, 'layout.yaml'), layout)
  const records = await writeRecords(join(folder, '.file'), kind, megabytes * 1e6)
  const waybill = await startWaybill(project.dir)
  try {
    if (kind.once !== undefined) await waybill.pause('shelf')
    const cpuBefore = cpuSeconds(waybill.pid)
    renameSync(join(folder, '.file'), join(folder, 'file'))
    const seconds = await secondsUntil(() => done(waybill, kind, records), 250)
    return {
      megabytes: megabytes / seconds,
      cpuMsMb: ((cpuSeconds(waybill.pid) - cpuBefore) * 1_000) / megabytes,
      memoryMb: peakMb(waybill.pid),
    }
  } finally {
    await waybill.stop()
    rmSync(folder, { recursive: true, force: true })
    project.remove()
  }
}

/** All records are accepted or known; the whole file is delivered. */
async function done({ metrics, queued }: Waybill, { once }: FileKind, records: number): Promise<boolean> {
  const page = await metrics()
  const count = (name: string) => Number(new RegExp(`^waybill_${name}_total\\{route="files"\\} (\\d+)`, 'm').exec(page)?.[1] ?? 0)
  const taken = count('accepted') + count('duplicates')
  return once === undefined ? taken === 1 && (await queued()) === 0 : taken === records + 1
}

function yaml({ format, once }: FileKind): string {
  const system = once === undefined ? `{ file: { folder: out, makeFolders: true } }` : `{ rest: { url: 'http://127.0.0.1:9/' } }`
  return `waybill: 1
name: memory
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }
systems: { shelf: ${system} }
routes:
  files:
    from: { file: { folder: in, every: 100ms, after: delete }, format: ${format} }
${once === undefined ? '' : `    split: { each: record }\n    once: ${once}\n`}    to: shelf
`
}
