import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { removeProjects } from '../support/gateway.ts'
import { findServer, startNode } from '../support/rabbitmq-node.ts'
import { root } from '../support/root.ts'
import { killWhileSplitting } from './files.ts'
import { type KillReport, killAtRandom } from './kills.ts'
import { carryLarge, startLargeRig } from './large.ts'
import { outage } from './outage.ts'

// `npm run chaos`: the long forms of faults.md and of acceptance 4 and 5, with their figures; ends with 1 where one of them fails.

const HELP = `npm run chaos -- [--orders N] [--minutes N] [--short] [--only kills|files|large|outage|suite]
  --orders   how many orders while gateway and broker are killed (20000)
  --minutes  how long a target is off at 100 orders a second (10)
  --short    2000 orders, a file of 5000 rows, bodies of 200 MB, 20 seconds, and the suite's short forms
  --only     one part; all unless told`

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    minutes: { type: 'string' },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const orders = Number(values.orders ?? (values.short ? 2_000 : 20_000))
const seconds = values.minutes === undefined && values.short ? 20 : Number(values.minutes ?? 10) * 60

const parts: Readonly<Record<string, () => Promise<boolean>>> = { kills, files, large, outage: off, suite }

if (values.help) console.log(HELP)
else await main()

async function main(): Promise<void> {
  const chosen = Object.entries(parts).filter(([name]) => values.only === undefined || values.only === name)
  if (chosen.length === 0) throw new Error(`--only is "${values.only}"; allowed: ${Object.keys(parts).join(', ')}`)
  for (const [name, part] of chosen) {
    console.log(`\n== ${name}`)
    const good = await part().catch(error => {
      console.log(`FAILED ${name}: ${error instanceof Error ? error.message : error}`)
      return false
    })
    if (!good) process.exitCode = 1
  }
  removeProjects()
}

async function kills(): Promise<boolean> {
  const scale = orders < 20_000 ? 0.25 : 1
  console.log(`embedded: ${orders} orders, the gateway killed ${20 * scale} times`)
  tell(await killAtRandom({ orders, gatewayKills: 20 * scale }))
  const bin = findServer()
  if (!bin) {
    console.log('skipped: no rabbitmq-server here, so no broker to kill')
    return true
  }
  const node = await startNode(bin)
  try {
    console.log(`rabbitmq: ${orders} orders, the gateway killed ${20 * scale} times and the broker ${Math.ceil(5 * scale)} times`)
    tell(await killAtRandom({ orders, gatewayKills: 20 * scale, brokerKills: Math.ceil(5 * scale), node }))
  } finally {
    await node.remove()
  }
  return true
}

/** A file of rows is split and delivered while gateway and broker are killed. */
async function files(): Promise<boolean> {
  const [rows, gatewayKills] = values.short ? [5_000, 5] : [100_000, 20]
  const bin = findServer()
  const node = bin ? await startNode(bin) : undefined
  const brokerKills = node ? (values.short ? 1 : 3) : 0
  console.log(
    `${node ? 'rabbitmq' : 'embedded (no rabbitmq-server here)'}: ${rows} rows, the gateway killed ${gatewayKills} times and the broker ${brokerKills} times`,
  )
  try {
    const { records, again, seconds: took } = await killWhileSplitting({ rows, gatewayKills, brokerKills, ...(node && { node }) })
    console.log(`  ${JSON.stringify(records)} in ${took.toFixed(1)} s; ${again} rows came again, with the same id; waybill balance 0`)
  } finally {
    await node?.remove()
  }
  return true
}

/** Row 23: bodies that go through without being in memory, which stays the same from 1 to 5 GB. */
async function large(): Promise<boolean> {
  const rig = await startLargeRig()
  try {
    let good = true
    for (const bytes of values.short ? [200_000_000] : [1_000_000_000, 5_000_000_000]) {
      const { beforeMb, peakMb, acceptedSeconds, deliveredSeconds } = await carryLarge(rig, bytes)
      const memory = `memory ${beforeMb.toFixed(0)} MB before, ${peakMb.toFixed(0)} MB at most`
      console.log(
        `  ${bytes / 1e9} GB by REST to REST and to a file: accepted after ${acceptedSeconds.toFixed(1)} s, delivered after ${deliveredSeconds.toFixed(1)} s; ${memory}`,
      )
      good &&= peakMb - beforeMb < 150
    }
    return good
  } finally {
    await rig.stop()
  }
}

function tell({ answered, statuses, verdicts, healedMs, seconds: took }: KillReport): void {
  console.log(
    `  answered ${answered} in ${took.toFixed(1)} s; answers ${JSON.stringify(statuses)}; nothing undelivered ${(healedMs / 1_000).toFixed(1)} s after the last fault and the last answer`,
  )
  for (const [target, { lost, unexpected, duplicated, recovered }] of Object.entries(verdicts))
    console.log(
      `  ${target}: lost ${lost.length}, unexpected ${unexpected.length}, duplicated ${duplicated.length} (same id), recovered ${recovered.length}; waybill balance 0`,
    )
}

async function off(): Promise<boolean> {
  console.log(`a target off for ${seconds} s at 100 orders a second, embedded queue`)
  const report = await outage({ offSeconds: seconds, perSecond: 100 })
  const { orders: count, usualP99Ms, outageP99Ms, memoryMb, cpu, caughtUpMs } = report
  console.log(`  ${count} orders, each once at both targets; waybill balance 0`)
  console.log(`  the other target's p99: ${usualP99Ms} ms usually, ${outageP99Ms} ms during the outage`)
  console.log(`  memory ${memoryMb[0]} MB a third into it, ${memoryMb[1]} MB at its end; ${(cpu * 100).toFixed(0)} % of a core`)
  console.log(`  all delivered ${(caughtUpMs / 1_000).toFixed(1)} s after the target's return`)
  return caughtUpMs < 60_000 && memoryMb[1] - memoryMb[0] < 100
}

/** The suite's own scenarios, in their long forms unless told. */
function suite(): Promise<boolean> {
  const here = dirname(fileURLToPath(import.meta.url))
  const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js')
  const env = { ...process.env, WAYBILL_CHAOS: values.short ? 'short' : 'long', WAYBILL_ROOT: root }
  const child = spawn(process.execPath, [mocha, '--no-config', '--timeout', '300000', '--spec', join(here, '*.test.js')], {
    env,
    stdio: 'inherit',
  })
  return new Promise(resolve => child.once('exit', code => resolve(code === 0)))
}
