import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { root } from '../test/support/root.ts'

/** What can be measured of one variant, in the order of the table, with its title and its decimals. */
export const columns = [
  ['rate', 'msg/s', 0],
  ['megabytes', 'MB/s', 1],
  ['p50Ms', 'p50 ms', 1],
  ['p99Ms', 'p99 ms', 1],
  ['cpuMs', 'CPU ms/msg', 4],
  ['cpuMsMb', 'CPU ms/MB', 1],
  ['brokerMs', 'broker ms/msg', 4],
  ['memoryMb', 'memory MB', 0],
  ['readyMs', 'ready ms', 0],
  ['tookMs', 'took ms', 0],
  ['errors', 'errors', 0],
  ['lost', 'lost', 0],
  ['busy', 'busy', 2],
] as const

export type Column = (typeof columns)[number][0]
export type Values = Readonly<Partial<Record<Column, number>>>

/** One measurement of a variant; `name` says which. */
export interface Sample {
  readonly name: string
  readonly values: Values
}

/** What issue and docs promise: a ratio of two variants or a value, and its bound. Without a bound it is told only. */
export interface Claim {
  readonly what: string
  readonly value: number
  readonly unit?: 'MB' | 'ms'
  readonly atLeast?: number
  readonly atMost?: number
}

/** What one bench found: medians over its rounds, or why it could not run. */
export interface Finding {
  readonly measuredAt: string
  readonly commit: string
  readonly seconds: number
  readonly rounds: number
  readonly rows: readonly Sample[]
  readonly claims: readonly Claim[]
  readonly notes: readonly string[]
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
}

/** bench/results.json: findings by the name of their bench. */
export interface Results {
  readonly machine: Machine
  readonly findings: Readonly<Record<string, Finding>>
}

export const resultsFile = join(root, 'bench', 'results.json')

/** The results that a file holds; none where it is not there. */
export function readResults(path: string): Results {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { machine: thisMachine(), findings: {} }
  }
}

export function writeResults(path: string, results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}

export function thisMachine(): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()}`,
    node: process.version,
  }
}

/** The commit that is checked out, with `+` where files other than the results differ from it. */
export function thisCommit(): string {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--', '.', ':!bench/results.json', ':!docs/performance.md')
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed === '' ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}

/** One row a variant, in the order in which they first came, with the median of each value. */
export function medians(samples: readonly Sample[]): readonly Sample[] {
  const names = [...new Set(samples.map(({ name }) => name))]
  return names.map(name => ({ name, values: medianValues(samples.filter(one => one.name === name).map(({ values }) => values)) }))
}

function medianValues(all: readonly Values[]): Values {
  const values: Partial<Record<Column, number>> = {}
  for (const [column] of columns) {
    const found = all.flatMap(one => one[column] ?? []).sort((a, b) => a - b)
    const middle = (found.length - 1) / 2
    if (found.length > 0) values[column] = ((found[Math.floor(middle)] ?? 0) + (found[Math.ceil(middle)] ?? 0)) / 2
  }
  return values
}

/** A claim about the ratio of one value of two rows; nothing where one of them was not measured. */
export function ratio(
  rows: readonly Sample[],
  column: Column,
  [name, other]: readonly [string, string],
  claim: Omit<Claim, 'value'>,
): readonly Claim[] {
  const value = valueIn(rows, name, column)
  const base = valueIn(rows, other, column)
  return value === undefined || !base ? [] : [{ ...claim, value: value / base }]
}

/** A claim about one value of a row; nothing where it was not measured. */
export function absolute(rows: readonly Sample[], column: Column, name: string, claim: Omit<Claim, 'value'>): readonly Claim[] {
  const value = valueIn(rows, name, column)
  return value === undefined ? [] : [{ ...claim, value }]
}

function valueIn(rows: readonly Sample[], name: string, column: Column): number | undefined {
  return rows.find(row => row.name === name)?.values[column]
}
