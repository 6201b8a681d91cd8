import { adapters } from '../adapters/registry.ts'
import type { CompiledRoute } from '../routes/route.ts'
import { jsonFormat } from '../transformers/formats/json.ts'
import { isPath } from './check-samples.ts'
import { inWords } from './compare.ts'
import { judgeTest } from './expectation.ts'
import type { Path } from './faults.ts'
import type { Project, RouteTest, SourceConfig } from './project.ts'
import { createRehearsal, type Rehearse } from './rehearsal.ts'
import { messageOf, sampleOf } from './sample.ts'

/** A place in a file of the project. */
export interface TestPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is not as expected: where in the expectation (`to.warehouse.body.total`), and where that is written. */
export interface TestDifference extends TestPlace {
  readonly at: string
  readonly expected: string
  readonly came: string
}

/** What came of one test; it passed where nothing differs. */
export interface TestResult extends TestPlace {
  readonly name: string
  readonly differences: readonly TestDifference[]
}

/** Runs all tests of a project that has no faults, in order; systems are played by their stand-ins. */
export async function runRouteTests(project: Project, compiled: ReadonlyMap<string, CompiledRoute>): Promise<readonly TestResult[]> {
  const rehearse = createRehearsal(project, compiled)
  const results: TestResult[] = []
  for (const test of project.tests) results.push(await runTest({ project, compiled, rehearse }, test))
  return results
}

interface Running {
  readonly project: Project
  readonly compiled: ReadonlyMap<string, CompiledRoute>
  readonly rehearse: Rehearse
}

async function runTest({ project, compiled, rehearse }: Running, test: RouteTest): Promise<TestResult> {
  const { to, body, source: index, ...rest } = test.send
  const result = { name: test.name, ...project.place(test.path) }
  const source = project.routes[to]?.from[index]
  if (!source) return { ...result, differences: [] }
  const format = compiled.get(to)?.sources[index]?.formats[0]?.request ?? jsonFormat
  const rehearsed = await rehearse(
    messageOf(sampleOf(project, body, format, isBodyless(source)), {
      route: to,
      index,
      source,
      ...rest,
      ...(isPath(body) && { file: body }),
    }),
  )
  const found = judgeTest(project, test, rehearsed)
  return {
    ...result,
    differences: found.map(({ path, expected, came }) => {
      return { at: pathWords(path.slice(test.path.length + 1)), expected, came, ...project.place(path) }
    }),
  }
}

function isBodyless({ adapter, options }: SourceConfig): boolean {
  return adapters[adapter]?.source.bodyless?.(options) ?? false
}

/** `to.warehouse.body.lines[0].sku` */
export function pathWords(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${wordOf(step)}`)).join('')
}

function wordOf(step: string): string {
  return /^[\w-]+$/.test(step) ? step : inWords(step)
}
