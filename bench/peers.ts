import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Measured, Task } from './bench.ts'
import { runHarness, WAYBILL_PEER } from './harness.ts'
import { absolute, type Claim, ratio, type Sample } from './result.ts'
import { missingFor, onPath, shared } from './shared.ts'

const exec = promisify(execFile)
const BUILD_MS = 600_000

/** S1, S2 and S3 beside the same work done by others. */
export const peers: Bench = {
  name: 'peers',
  title: 'Accept, deliver and translate, beside others',
  about: `S1 accepts orders over HTTP: validate by a JSON Schema, route by content, map to the canonical order, publish to a quorum queue with
confirm, and answer 202 only after the order's own confirm. S2 takes canonical orders from four queues and posts each to an HTTP target.
S3 takes SOAP 1.1, calls a JSON target and answers in SOAP: no queue; Waybill types the order by its WSDL, the others by hand.
Waybill does S1 and S2 with its store and its ledger on, synced to disk before the answer; the others keep nothing. \`bare-node\` is that work
written by hand for just this case, in two processes; \`camel\` is Apache Camel, tuned. One load generator on the same machine, so the
programs share its cores with the load and with the broker: compare within a run, and compare the CPU first.`,
  missing: () => missingFor('python3', 'wrk', 'flock', 'rabbitmq-server'),
  run,
  claims,
}

async function run(task: Task): Promise<Measured> {
  const others = [await built('bare-node', 'node_modules', ['npm']), await built('camel', 'target/camel-peer.jar', ['java', 'mvn'])]
  const there = others.flatMap(({ name, why }) => (why === undefined ? [name] : []))
  const notes = others.flatMap(({ name, why }) => (why === undefined ? [] : [`${name} was left out: ${why}`]))
  const samples: Sample[] = []
  for (const scenario of ['S1', 'S2', 'S3'] as const) {
    task.note(`${scenario}: ${[...there, 'Waybill'].join(', ')}; ${task.rounds} rounds`)
    const found = await runHarness({ ...task, peers: [...there, WAYBILL_PEER], scenario })
    samples.push(...found.samples)
    notes.push(...found.said)
  }
  return { samples, notes }
}

/** Builds one of the harness's own programs into /tmp/peers where it is not yet built; says why where that can't be. */
async function built(name: string, product: string, needs: readonly string[]): Promise<{ readonly name: string; readonly why?: string }> {
  if (existsSync(join('/tmp/peers', name, product))) return { name }
  const absent = needs.filter(program => !onPath(program))
  if (absent.length > 0) return { name, why: `not on the PATH: ${absent.join(', ')}` }
  try {
    await exec(join(shared, 'peers', name, 'build'), { timeout: BUILD_MS })
    return { name }
  } catch (error) {
    return { name, why: `its build failed: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error)}` }
  }
}

function claims(rows: readonly Sample[]): readonly Claim[] {
  const [s1, bare1, camel1] = ['S1 Waybill', 'S1 bare-node', 'S1 camel'] as const
  const [s2, bare2, camel2] = ['S2 Waybill', 'S2 bare-node', 'S2 camel'] as const
  const [s3, bare3, camel3] = ['S3 Waybill', 'S3 bare-node', 'S3 camel'] as const
  return [
    ...ratio(rows, 'rate', [s1, bare1], { what: 'S1: rate, of bare-node', atLeast: 0.8 }),
    ...ratio(rows, 'cpuMs', [s1, bare1], { what: 'S1: CPU for each message, of bare-node', atMost: 1.4 }),
    ...ratio(rows, 'rate', [s1, camel1], { what: 'S1: rate, of Camel', atLeast: 1 }),
    ...ratio(rows, 'cpuMs', [s1, camel1], { what: 'S1: CPU for each message, of Camel', atMost: 1 }),
    ...absolute(rows, 'memoryMb', s1, { what: 'S1: peak memory', unit: 'MB', atMost: 250 }),
    ...ratio(rows, 'rate', [s2, bare2], { what: 'S2: rate, of bare-node', atLeast: 0.6 }),
    ...ratio(rows, 'cpuMs', [s2, bare2], { what: 'S2: CPU for each message, of bare-node' }),
    ...ratio(rows, 'rate', [s2, camel2], { what: 'S2: rate, of Camel' }),
    ...ratio(rows, 'cpuMs', [s2, camel2], { what: 'S2: CPU for each message, of Camel', atMost: 1 }),
    ...ratio(rows, 'rate', [s3, bare3], { what: 'S3: rate, of bare-node', atLeast: 0.5 }),
    ...ratio(rows, 'cpuMs', [s3, bare3], { what: 'S3: CPU for each message, of bare-node', atMost: 1.5 }),
    ...ratio(rows, 'rate', [s3, camel3], { what: 'S3: rate, of Camel' }),
    ...ratio(rows, 'cpuMs', [s3, camel3], { what: 'S3: CPU for each message, of Camel' }),
  ]
}
