import type { Project, SourceConfig } from '../../config/project.ts'
import type { SourceBinding } from '../adapter.ts'
import { keysOf, pathsOf } from './site.ts'

/** The first sources before one on its path, in the order of the config. */
export interface Earlier {
  readonly any: SourceBinding | undefined
  /** With its WSDL and its operation. */
  readonly same: SourceBinding | undefined
  /** Both write options out. */
  readonly written: SourceBinding | undefined
}

/** What of a project's soap sources comes before this one. */
export function earlierOf(source: SourceConfig, project: Project): Earlier | undefined {
  const known = all.get(project) ?? allOf(project)
  all.set(project, known)
  return known.get(source)
}

const all = new WeakMap<Project, ReadonlyMap<SourceConfig, Earlier>>()

function allOf(project: Project): ReadonlyMap<SourceConfig, Earlier> {
  return new Map([...pathsOf(project).values()].flatMap(earlierOnPath))
}

function earlierOnPath(bindings: readonly SourceBinding[]): [SourceConfig, Earlier][] {
  const operations = new Map<string, SourceBinding>()
  let any: SourceBinding | undefined
  let written: SourceBinding | undefined
  return bindings.map(binding => {
    const { source } = binding
    const { wsdl = '', operation = '' } = keysOf(source)
    const key = `${wsdl} ${operation}`
    const writes = typeof source.options === 'object'
    const earlier = { any, same: operations.get(key), written: writes ? written : undefined }
    any ??= binding
    if (writes) written ??= binding
    if (!earlier.same) operations.set(key, binding)
    return [source, earlier]
  })
}
