import type { Task } from './bench.ts'
import { type Loaded, postOrders } from './load.ts'
import { cpuSeconds, machineTicks, peakMb } from './process.ts'
import { type BenchProject, embeddedProject, targets } from './project.ts'
import type { Values } from './result.ts'
import { startWaybill, type Waybill } from './waybill.ts'

const WARM_SECONDS = 5
const QUIET_MS = 200
const QUIET_ATTEMPTS = 100

/** The same heap setting as bench/peer/start, so that both are the same program. */
const NODE_ARGUMENTS = ['--max-semi-space-size=16']

/** Starts a gateway on the project (one of `embeddedProject`), pauses its targets, and measures how it accepts orders at the path. */
export async function measureAccept({ dir }: BenchProject, task: Task, path = '/orders'): Promise<Values> {
  const waybill = await startWaybill(dir, NODE_ARGUMENTS)
  try {
    for (const target of targets) await waybill.pause(target)
    const load = { url: new URL(path, waybill.http), connections: task.connections }
    await postOrders({ ...load, seconds: Math.min(WARM_SECONDS, task.seconds), prefix: 'W-' })
    return await measure(waybill, () => postOrders({ ...load, seconds: task.seconds, prefix: 'M-' }))
  } finally {
    await waybill.stop()
  }
}

/** The same on a fresh project with so many routes; the orders go to the last one. */
export async function measureFresh(task: Task, routes = 1): Promise<Values> {
  const project = embeddedProject(routes)
  try {
    return await measureAccept(project, task, routes === 1 ? '/orders' : `/orders-${routes}`)
  } finally {
    project.remove()
  }
}

async function measure(waybill: Waybill, load: () => Promise<Loaded>): Promise<Values> {
  const queuedBefore = await quiet(waybill)
  const [cpuBefore, ticksBefore] = [cpuSeconds(waybill.pid), machineTicks()]
  const loaded = await load()
  const [cpuAfter, ticksAfter] = [cpuSeconds(waybill.pid), machineTicks()]
  const accepted = loaded.requests - loaded.status
  const kept = (await quiet(waybill)) - queuedBefore
  return {
    rate: loaded.requests / loaded.seconds,
    p50Ms: loaded.p50,
    p99Ms: loaded.p99,
    cpuMs: ((cpuAfter - cpuBefore) * 1_000) / Math.max(loaded.requests, 1),
    memoryMb: peakMb(waybill.pid),
    errors: loaded.status + loaded.socket,
    // What was in flight when wrk stopped is kept as well: only too few is a loss.
    lost: Math.max(0, accepted - kept),
    busy: (ticksAfter.busy - ticksBefore.busy) / Math.max(ticksAfter.all - ticksBefore.all, 1),
  }
}

/** The deliveries in the store once nothing more comes. */
async function quiet(waybill: Waybill): Promise<number> {
  let last = await waybill.queued()
  for (let attempt = 0; attempt < QUIET_ATTEMPTS; attempt++) {
    await new Promise(resolve => setTimeout(resolve, QUIET_MS))
    const now = await waybill.queued()
    if (now === last) return now
    last = now
  }
  throw new Error(`the store still grows ${(QUIET_MS * QUIET_ATTEMPTS) / 1_000} s after the load`)
}
