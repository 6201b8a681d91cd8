import { parseArgs } from 'node:util'
import { resultsFile } from './result.ts'

/** What `npm run bench -- ...` was asked for. */
export interface BenchOptions {
  /** Names of benches; empty: all. */
  readonly only: readonly string[]
  readonly seconds: number
  readonly rounds: number
  /** Where the results are kept. */
  readonly out: string
  /** Only make docs/performance.md from the results. */
  readonly render: boolean
  /** Where to write CPU profiles of Waybill in S1, S2 and S3, in place of all else. */
  readonly profile?: string
}

export const usage = `npm run bench -- [--only NAME]... [--seconds N] [--rounds N] [--out FILE]
npm run bench -- --render          make docs/performance.md from bench/results.json
npm run bench -- --profile DIR     CPU profiles of S1, S2 and S3, and where their time goes`

/** The options of a command line; throws with what is wrong. */
export function parseOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '8' },
      rounds: { type: 'string', default: '3' },
      out: { type: 'string', default: resultsFile },
      render: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  for (const name of values.only)
    if (!known.includes(name)) throw new Error(`unknown bench ${JSON.stringify(name)} (known: ${known.join(', ')})`)
  return {
    only: values.only,
    seconds: count('--seconds', values.seconds, 600),
    rounds: count('--rounds', values.rounds, 100),
    out: values.out,
    render: values.render,
    ...(values.profile !== undefined && { profile: values.profile }),
  }
}

function count(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new Error(`${name} is ${JSON.stringify(text)}; allowed: 1 to ${most}`)
}
