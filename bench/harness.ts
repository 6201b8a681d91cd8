import { type ExecFileException, execFile } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../test/support/root.ts'
import { atExit } from './leftovers.ts'
import type { Column, Sample } from './result.ts'
import { shared } from './shared.ts'

/** Beyond the load itself: warming up (20 s for Java), the start, filling and emptying the queues. */
const MARGIN_SECONDS = 300

export interface HarnessRun {
  /** As `measure` takes them: `bare-node`, `camel`, or a path from the repository's root. */
  readonly peers: readonly string[]
  readonly scenario: 'S1' | 'S2' | 'S3'
  readonly seconds: number
  readonly rounds: number
  readonly connections: number
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs ../shared/bench/measure; resolves with a sample for each line of its output, named `S1 bare-node`, and with what it complained about. */
export async function runHarness(run: HarnessRun): Promise<{ readonly samples: readonly Sample[]; readonly said: readonly string[] }> {
  const { stdout, stderr } = await measure(run)
  return { samples: stdout.split('\n').flatMap(sampleOf), said: stderr.split('\n').filter(line => line.trim() !== '') }
}

function measure({ peers, scenario, seconds, rounds, connections, environment }: HarnessRun): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...environment, PEERS: peers.join(' '), ROUNDS: String(rounds) }
  const timeout = peers.length * rounds * (seconds + MARGIN_SECONDS) * 1_000
  return new Promise((resolve, reject) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) => {
      forget()
      if (error) reject(new Error(`${shared}/measure failed: ${stderr || error.message}`))
      else resolve({ stdout, stderr })
    }
    // SIGINT lets it end the peer that it has started.
    const options = { cwd: root, env, timeout, killSignal: 'SIGINT', maxBuffer: 16 * 1024 ** 2 } as const
    const child = execFile(join(shared, 'measure'), ['all', scenario, String(seconds), String(connections)], options, done)
    const forget = atExit(() => child.kill('SIGINT'))
  })
}

const FIELDS: readonly (readonly [string, Column])[] = [
  ['requests_s', 'rate'],
  ['p50_ms', 'p50Ms'],
  ['p99_ms', 'p99Ms'],
  ['cpu_ms', 'cpuMs'],
  ['broker_ms', 'brokerMs'],
  ['rss_mb', 'memoryMb'],
  ['errors', 'errors'],
  ['lost', 'lost'],
  ['busy', 'busy'],
]

function sampleOf(line: string): readonly Sample[] {
  if (!line.startsWith('{')) return []
  const found: Record<string, unknown> = JSON.parse(line)
  const values = FIELDS.flatMap(([field, column]) => (typeof found[field] === 'number' ? [[column, found[field]] as const] : []))
  return [{ name: `${String(found.scenario)} ${nameOf(String(found.name))}`, values: Object.fromEntries(values) }]
}

function nameOf(peer: string): string {
  return peer === WAYBILL_PEER ? 'Waybill' : peer
}

/** Waybill as a peer of the harness. */
export const WAYBILL_PEER = 'bench/peer'
