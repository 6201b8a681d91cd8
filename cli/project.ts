import { isWarning } from '../config/faults.ts'
import type { Project } from '../config/project.ts'
import type { Given } from './command.ts'
import { faultLines } from './faults.ts'
import { projectFile } from './place.ts'

interface Opening extends Pick<Given, 'dir' | 'terminal'> {
  /** The gateway's own broker is played by stand-ins: its queues are no faults without it. */
  readonly brokerPlayed?: boolean
}

/** The project in the folder, with the faults that can be found without compiling its expressions; throws wrong usage where there is none. */
export async function openProject({ dir, terminal, brokerPlayed = false }: Opening): Promise<Project> {
  projectFile(dir)
  const [{ loadProject }, { checkProject }, { adapters }, { transformers }, { formats }, { prepareTransformers }] = await Promise.all([
    import('../config/load.ts'),
    import('../config/check.ts'),
    import('../adapters/registry.ts'),
    import('../transformers/registry.ts'),
    import('../transformers/formats/registry.ts'),
    import('../transformers/prepare.ts'),
  ])
  const project = loadProject(dir, { adapters, transformers, formats, environment: { ...terminal.environment } })
  await prepareTransformers(project)
  checkProject(project, { adapters, brokerPlayed })
  return project
}

/** The project in the folder with all faults that can be found without running it. */
export async function examineProject(opening: Opening): Promise<Project> {
  const project = await openProject(opening)
  // What a file that cannot be read says is not known: all others would seem wrong.
  if (!project.faults.list().some(({ code }) => code === 'YAML')) (await import('../routes/compile.ts')).compileProject(project)
  return project
}

/** Tells the faults and warnings of a project; for programs as one JSON value. */
export function tellFaults(project: Project, { terminal, json }: Given): void {
  const faults = project.faults.list()
  const [warnings, others] = [faults.filter(isWarning), faults.filter(fault => !isWarning(fault))]
  if (json) terminal.print(JSON.stringify({ faults: others, ...(warnings.length > 0 && { warnings }) }, null, 2))
  else for (const line of faultLines(project.dir, faults, terminal)) terminal.print(line)
}
