import { readFileSync } from 'node:fs'
import { sendOrders, together } from './client.ts'
import { type Rig, startRig } from './rig.ts'

export interface OutageOptions {
  /** How long the target is off. */
  readonly offSeconds: number
  readonly perSecond: number
  readonly broker?: string
}

/** What an outage of one of two targets cost; anything lost, unexpected or repeated rejects instead. */
export interface OutageReport {
  readonly orders: number
  /** Milliseconds from sending an order to its arrival at the target that stayed on: before and during the outage. */
  readonly usualP99Ms: number
  readonly outageP99Ms: number
  /** Resident memory of the gateway a third into the outage, and at its end. */
  readonly memoryMb: readonly [early: number, late: number]
  /** Share of one core while the target was off. */
  readonly cpu: number
  /** From the target's return until all was delivered. */
  readonly caughtUpMs: number
}

const HEAL_MS = 60_000

/** faults.md, row 16, and acceptance 5: a target is off for a while under a steady load, another is not. */
export async function outage({ offSeconds, perSecond, broker }: OutageOptions): Promise<OutageReport> {
  const rig = await startRig({ targets: ['warehouse', 'books'], delays: '1s, 5s, 30s', ...(broker !== undefined && { broker }) })
  const load = (prefix: string, seconds: number) =>
    sendOrders({ url: rig.url, prefix, count: Math.ceil(seconds * perSecond), perSecond, patienceMs: seconds * 2_000 + 30_000 })
  try {
    const usual = await load('USUAL', Math.max(1.5, offSeconds / 10))
    await rig.settled()
    const usualP99Ms = await p99(rig)
    await rig.target('warehouse').listen(false)
    const [cpuBefore, began] = [cpuSeconds(rig), performance.now()]
    const early = await load('EARLY', offSeconds / 3)
    const earlyMb = memoryMb(rig)
    const late = await load('LATE', (offSeconds * 2) / 3)
    const memory = [earlyMb, memoryMb(rig)] as const
    const cpu = (cpuSeconds(rig) - cpuBefore) / ((performance.now() - began) / 1_000)
    const outageP99Ms = await p99(rig)
    const back = performance.now()
    await rig.target('warehouse').listen(true)
    await rig.settled(HEAL_MS)
    const caughtUpMs = performance.now() - back
    const sent = together(usual, early, late)
    await rig.verify(sent, 0)
    await rig.balance()
    return { orders: sent.attempted.size, usualP99Ms, outageP99Ms, memoryMb: memory, cpu, caughtUpMs }
  } finally {
    await rig.stop()
  }
}

async function p99(rig: Rig): Promise<number> {
  const lags = [...(await rig.target('books').lags())].sort((a, b) => a - b)
  return lags[Math.floor(lags.length * 0.99)] ?? 0
}

function memoryMb({ gateway }: Rig): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.process.pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1_024)
}

// utime and stime of proc(5), in ticks of 10 ms.
function cpuSeconds({ gateway }: Rig): number {
  const fields = readFileSync(`/proc/${gateway.process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
