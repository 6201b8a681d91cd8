import type { Project } from '../config/project.ts'
import type { Given } from './command.ts'
import { faultLines } from './faults.ts'

/** The project in the folder, as it is read; its faults are in it. */
export async function openProject({ dir, terminal }: Pick<Given, 'dir' | 'terminal'>): Promise<Project> {
  const [{ loadProject }, { adapters }, { transformers }] = await Promise.all([
    import('../config/load.ts'),
    import('../adapters/registry.ts'),
    import('../transformers/registry.ts'),
  ])
  return loadProject(dir, { adapters, transformers, environment: { ...terminal.environment } })
}

/** The project in the folder with all faults that can be found without running it: its routes are compiled too. */
export async function examineProject(given: Pick<Given, 'dir' | 'terminal'>): Promise<Project> {
  const [project, { compileRoutes }] = await Promise.all([openProject(given), import('../routes/compile.ts')])
  compileRoutes(project)
  return project
}

/** Tells the faults of a project; for programs as one JSON value. */
export function tellFaults(project: Project, { terminal, json }: Given): void {
  const faults = project.faults.list()
  if (json) terminal.print(JSON.stringify({ faults }, null, 2))
  else for (const line of faultLines(faults, terminal)) terminal.print(line)
}
