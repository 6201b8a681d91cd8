import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../test/support/root.ts'
import type { Bench } from './bench.ts'
import { benches } from './benches.ts'
import { runHarness, WAYBILL_PEER } from './harness.ts'
import { type BenchOptions, parseOptions, usage } from './options.ts'
import { profileLines } from './profile.ts'
import { readNotes, renderPage } from './report.ts'
import { type Finding, medians, readResults, type Sample, thisCommit, thisMachine, writeResults } from './result.ts'
import { missingFor } from './shared.ts'
import { aligned, cells, claimCells } from './table.ts'

const CONNECTIONS = 64

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) return 2
  if (options.render) return render(options)
  if (options.profile !== undefined) return profile(resolve(options.profile), options)
  return measure(options)
}

function readOptions(args: readonly string[]): BenchOptions | undefined {
  try {
    return parseOptions(
      args,
      benches.map(({ name }) => name),
    )
  } catch (error) {
    note(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return undefined
  }
}

/** Runs the benches one after the other, keeps what each found, and prints the table. 1 where something was lost or failed. */
async function measure({ only, out, ...options }: BenchOptions): Promise<number> {
  const chosen = benches.filter(({ name }) => only.length === 0 || only.includes(name))
  const found: Finding[] = []
  let failed = false
  for (const bench of chosen) {
    try {
      const finding = await findingOf(bench, options)
      if (!finding) continue
      found.push(finding)
      const { findings } = readResults(out)
      writeResults(out, { machine: thisMachine(), findings: { ...findings, [bench.name]: finding } })
    } catch (error) {
      failed = true
      note(`${bench.name} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  print(found)
  return failed || found.some(({ rows }) => rows.some(({ values }) => (values.lost ?? 0) > 0)) ? 1 : 0
}

async function findingOf(bench: Bench, { seconds, rounds }: Pick<BenchOptions, 'seconds' | 'rounds'>): Promise<Finding | undefined> {
  const why = bench.missing()
  if (why !== undefined) {
    note(`${bench.name} was left out: ${why}`)
    return undefined
  }
  const measured = await bench.run({ seconds, rounds, connections: CONNECTIONS, note: line => note(`${bench.name}: ${line}`) })
  const rows = medians(measured.samples)
  const notes = measured.notes ?? []
  for (const line of notes) note(`${bench.name}: ${line}`)
  return { measuredAt: new Date().toISOString(), commit: thisCommit(), seconds, rounds, rows, claims: bench.claims(rows), notes }
}

function print(findings: readonly Finding[]): void {
  if (findings.length === 0) return
  const rows: readonly Sample[] = findings.flatMap(finding => finding.rows)
  const claims = findings.flatMap(finding => finding.claims)
  for (const line of [...aligned(cells(rows)), '', ...aligned(claimCells(claims))]) process.stdout.write(`${line}\n`)
}

function render({ out }: BenchOptions): number {
  const page = join(root, 'docs', 'performance.md')
  writeFileSync(page, renderPage(readResults(out), benches, readNotes()))
  note(`${page} is made from ${out}`)
  return 0
}

async function profile(folder: string, { seconds }: BenchOptions): Promise<number> {
  const why = missingFor('python3', 'wrk', 'flock', 'rabbitmq-server')
  if (why !== undefined) {
    note(`no profile: ${why}`)
    return 1
  }
  for (const scenario of ['S1', 'S2', 'S3'] as const) {
    const into = join(folder, `${scenario}-${Date.now()}`)
    mkdirSync(into, { recursive: true })
    const environment = { PROFILE: into }
    const { samples } = await runHarness({ peers: [WAYBILL_PEER], scenario, seconds, rounds: 1, connections: CONNECTIONS, environment })
    for (const line of [...aligned(cells(samples)), ...profileLines(into), '']) process.stdout.write(`${line}\n`)
  }
  return 0
}

function note(line: string): void {
  process.stderr.write(`${line}\n`)
}
