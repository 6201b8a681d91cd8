import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../test/support/root.ts'
import type { Bench } from './bench.ts'
import type { Finding, Machine, Results } from './result.ts'
import { cells, claimCells, markdown } from './table.ts'

/** What people wrote about the numbers: bench/notes.md; empty where it is not there. */
export function readNotes(): string {
  try {
    return readFileSync(join(root, 'bench', 'notes.md'), 'utf8').trim()
  } catch {
    return ''
  }
}

/** docs/performance.md: the claims, what each bench measured, what moved the numbers, and how to run it. */
export function renderPage({ machine, findings }: Results, benches: readonly Bench[], notes: string): string {
  const claims = benches.flatMap(({ name }) => findings[name]?.claims ?? [])
  const parts = [
    '# Performance',
    `<!-- Made by \`npm run bench -- --render\` from bench/results.json and bench/notes.md; change those. -->`,
    INTRODUCTION,
    ...(claims.length > 0 ? [machineLine(machine), '## What is claimed, and what was measured', markdown(claimCells(claims))] : [NOTHING]),
    ...benches.map(bench => section(bench, findings[bench.name])),
    ...(notes === '' ? [] : [notes]),
    HOW,
  ]
  return `${parts.join('\n\n')}\n`
}

const INTRODUCTION = `Every figure on this page comes out of \`npm run bench\`. A rate says as much about the machine and its other work as about the program; the
ratio of two programs on one machine, in one run, says more, and CPU for each message holds best. So the claims are ratios where they can be.`

const NOTHING = 'Nothing has been measured yet.'

function machineLine({ cpu, cores, memoryGb, system, node }: Machine): string {
  return `Measured on ${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}.`
}

function section({ title, about }: Bench, finding: Finding | undefined): string {
  const text = [`## ${title}`, about]
  if (!finding) return [...text, 'Not measured yet.'].join('\n\n')
  const { seconds, rounds, measuredAt, commit, notes } = finding
  const how = `Medians of ${rounds === 1 ? '1 round' : `${rounds} rounds`} of ${seconds} s of load, ${measuredAt.slice(0, 10)}, commit ${commit}.`
  return [...text, markdown(cells(finding.rows)), how, ...notes.map(line => `- ${line}`)].join('\n\n')
}

const HOW = `## Measure it yourself

\`\`\`bash
npm run bench                                    # everything; about 20 minutes
npm run bench -- --only embedded --rounds 1      # one bench: peers, embedded, routes, backlog, receipts, footprint, xml, rows, memory, sftp, remembered
npm run bench -- --seconds 20 --rounds 5         # longer
npm run bench -- --render                        # make this page from bench/results.json
npm run bench -- --profile /tmp/profiles         # where the CPU time goes: V8 profiles of each thread, and their top functions
\`\`\`

The load comes from wrk, over 64 connections that stay open, after a warm-up of up to 5 s. *CPU* is user and system time of the program's
whole process tree, of all threads, divided by the messages. *Memory* is the peak resident memory of the tree, at rest the current one.
*Busy* is the share of the machine's CPU in use by all processes while measuring. *Lost* is what was answered with 202 and is not there
afterwards. Waybill runs as its users run it, by the command's own \`--max-semi-space-size=16\` of Node under load; the footprint
bench runs without. The machine must do nothing else: each measurement waits for the lock /tmp/bench.lock, other work it can't see.

It needs Linux, flock, wrk, and the load in ../shared/bench (\`BENCH_SHARED\` names another place). Beside others it needs RabbitMQ, Python and
Go, and for Camel a JDK and Maven. What is missing is left out and said. \`npm run bench\` ends with exit code 1 where a message was lost or a
bench failed; a claim that does not hold is shown, and fails nothing.`
