import { checkExpectations } from './check-expectations.ts'
import { checkLoops } from './check-loops.ts'
import { checkNames } from './check-names.ts'
import { checkRoutes } from './check-routes.ts'
import { checkSamples } from './check-samples.ts'
import { checkSystems, type SystemChecks } from './check-systems.ts'
import { checkUnused } from './check-unused.ts'
import type { Fault, FaultCode } from './faults.ts'
import { type LoadOptions, loadProject } from './load.ts'
import type { Project } from './project.ts'

export interface CheckOptions extends LoadOptions, SystemChecks {
  /** Compiles routes and transformers, and adds their faults to the project's. */
  readonly compile?: (project: Project) => void
}

/** What may be the cause that a name looks unused: while one of them is there, nothing is called unused. */
const CAUSES: ReadonlySet<FaultCode> = new Set([
  'YAML',
  'FILE',
  'DUPLICATE',
  'UNKNOWN_KEY',
  'MISSING',
  'WRONG_TYPE',
  'WRONG_VALUE',
  'UNKNOWN_NAME',
  'CONFLICT',
])

/** Adds the faults that need no compiling: names that refer to nothing or that nothing uses, and parts that contradict one another. */
export function checkProject(project: Project, checks: SystemChecks): void {
  // What a broken file says is not known: every other file would seem wrong.
  if (isBroken(project)) return
  checkNames(project, checks)
  checkRoutes(project)
  checkSystems(project, checks)
  checkLoops(project, checks)
  checkSamples(project)
  checkExpectations(project)
  if (!project.faults.list().some(({ code }) => CAUSES.has(code))) checkUnused(project)
}

/** All faults of the project in a folder, by file, line and column. */
export function allFaults(dir: string, options: CheckOptions): readonly Fault[] {
  const project = loadProject(dir, options)
  checkProject(project, options)
  if (!isBroken(project)) options.compile?.(project)
  return project.faults.list()
}

function isBroken({ faults }: Project): boolean {
  return faults.list().some(({ code }) => code === 'YAML')
}
