import { expect } from 'chai'
import { adapters } from '../../../../adapters/registry.ts'
import { checkProject } from '../../../../config/check.ts'
import { loadProject } from '../../../../config/load.ts'
import type { Project } from '../../../../config/project.ts'
import { runRouteTests } from '../../../../config/route-tests.ts'
import { compileProject } from '../../../../routes/compile.ts'
import { formats } from '../../../../transformers/formats/registry.ts'
import { prepareTransformers } from '../../../../transformers/prepare.ts'
import { transformers } from '../../../../transformers/registry.ts'

/** The project in a folder, read as the commands read it. */
export function projectIn(dir: string): Project {
  return loadProject(dir, { adapters, transformers, formats, environment: {} })
}

/** Rejects where the project in the folder has a fault, or one of its own tests, of which there are some, does not pass. */
export async function expectGood(dir: string): Promise<void> {
  const project = projectIn(dir)
  await prepareTransformers(project)
  checkProject(project, { adapters })
  const compiled = compileProject(project)
  expect(project.faults.list()).to.deep.equal([])
  const results = await runRouteTests(project, compiled)
  expect(results).not.to.deep.equal([])
  expect(results.filter(({ differences }) => differences.length > 0)).to.deep.equal([])
}
