import { join } from 'node:path'
import { loadSchemas } from '../../../../transformers/xsd/load.ts'
import type { SchemaSet } from '../../../../transformers/xsd/model.ts'
import { root } from '../../../support/root.ts'
import { projectOf } from '../../project.ts'

/** The components of a file in test/fixtures/xsd. */
export function fixtureSet(name: string): SchemaSet {
  const { project, told } = projectOf({ dir: join(root, 'test/fixtures/xsd') })
  const set = loadSchemas(project, `${name}.xsd`, ['routes', 'r', 'from', 0, 'schema'])
  if (!set) throw new Error(told.map(({ message }) => message).join('\n'))
  return set
}
