import { setTimeout as pause } from 'node:timers/promises'
import type { Bench, Measured, Task } from './bench.ts'
import { withLock } from './lock.ts'
import { residentMb } from './process.ts'
import { embeddedProject } from './project.ts'
import { absolute, type Sample } from './result.ts'
import { onPath } from './shared.ts'
import { startWaybill } from './waybill.ts'

const IDLE_MS = 10_000
const FEW = '1 route, idle for 10 s'
const MANY = '500 routes'

/** Memory at rest, and the time to start. */
export const footprint: Bench = {
  name: 'footprint',
  title: 'Memory at rest, and the start',
  about: `\`waybill run\` on the project of the embedded bench: its resident memory ten seconds after it was ready, with nothing to do; and the time
from the start of the process to its ready line with 500 routes, each with its source, validation, mapping and
content-based routing (by one schema and one mapping).`,
  missing: () => (onPath('flock') ? undefined : 'not on the PATH: flock'),
  run,
  claims: rows => [
    ...absolute(rows, 'memoryMb', FEW, { what: 'Idle memory', unit: 'MB', atMost: 120 }),
    ...absolute(rows, 'readyMs', MANY, { what: 'Start to ready with 500 routes', unit: 'ms', atMost: 1_500 }),
  ],
}

async function run(task: Task): Promise<Measured> {
  const samples: Sample[] = []
  for (let round = 1; round <= task.rounds; round++) {
    task.note(`round ${round} of ${task.rounds}`)
    samples.push(await withLock(() => once(FEW, 1, IDLE_MS)), await withLock(() => once(MANY, 500, 0)))
  }
  return { samples }
}

async function once(name: string, routes: number, idleMs: number): Promise<Sample> {
  const project = embeddedProject(routes)
  try {
    const waybill = await startWaybill(project.dir)
    await pause(idleMs)
    const values = { readyMs: waybill.readyMs, memoryMb: residentMb(waybill.pid) }
    await waybill.stop()
    return { name, values }
  } finally {
    project.remove()
  }
}
