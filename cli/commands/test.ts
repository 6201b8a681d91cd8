import type { TestDifference, TestResult } from '../../config/route-tests.ts'
import { type CommandSpec, exit, type Given } from '../command.ts'
import { openProject, tellFaults } from '../project.ts'
import { plain, type Terminal } from '../terminal.ts'
import { counted, span } from '../words.ts'

/** `waybill test [DIR]`: the project's tests, with stand-ins; no network, no broker, no store. */
export const test: CommandSpec = {
  name: 'test',
  summary: "the project's tests, with stand-ins; no network, no broker",
  async run(given) {
    const begun = performance.now()
    const [{ compileProject }, { runRouteTests }] = await Promise.all([
      import('../../routes/compile.ts'),
      import('../../config/route-tests.ts'),
    ])
    const project = await openProject({ ...given, brokerPlayed: true })
    const compiled = compileProject(project)
    if (project.faults.count > 0) {
      tellFaults(project, given)
      return exit.found
    }
    const results = await runRouteTests(project, compiled)
    tell(given, { project: project.name, results, tookMs: performance.now() - begun })
    return results.every(passed) ? exit.good : exit.found
  },
}

interface Outcome {
  readonly project: string
  readonly results: readonly TestResult[]
  readonly tookMs: number
}

function tell({ terminal, json }: Given, outcome: Outcome): void {
  const { project, results, tookMs } = outcome
  const count = results.filter(passed).length
  if (json) {
    const tests = results.map(result => ({ ...result, passed: passed(result) }))
    terminal.print(JSON.stringify({ project, passed: count, failed: tests.length - count, tookMs: Math.round(tookMs), tests }, null, 2))
    return
  }
  for (const line of results.flatMap(result => resultLines(result, terminal))) terminal.print(line)
  terminal.print(summary(outcome, count))
}

function summary({ project, results, tookMs }: Outcome, count: number): string {
  if (results.length === 0) return `${project} has no tests; add some: tests/NAME.yaml (docs/reference/config.md says how)`
  const failed = results.length - count
  const words = failed === 0 ? `${counted(count, 'test')} passed` : `${count} passed, ${failed} failed`
  return `${project}: ${words} in ${span(tookMs)}`
}

function passed({ differences }: TestResult): boolean {
  return differences.length === 0
}

function resultLines(result: TestResult, terminal: Terminal): string[] {
  const { name, file, line, differences } = result
  if (passed(result)) return [`${terminal.paint('green', '✓')} ${plain(name)}`]
  return [`${terminal.paint('red', '✗')} ${plain(name)}  (${file}:${line})`, ...differences.flatMap(differenceLines)]
}

function differenceLines({ at, file, line, expected, came }: TestDifference): string[] {
  return [`    ${plain(at)}  (${file}:${line})`, `      expected  ${plain(expected)}`, `      came      ${plain(came)}`]
}
