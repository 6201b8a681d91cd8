import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkConfig } from './check-value.ts'
import { createFaultList } from './fault-list.ts'
import type { FaultDetails, Path } from './faults.ts'
import { filesIn, readFiles } from './files.ts'
import { type Mount, mountOf, type Place } from './mount.ts'
import { projectOf } from './normalise.ts'
import type { Project } from './project.ts'
import { putReferences } from './references.ts'
import { type Registries, wholeSchema } from './schema.ts'
import { fieldsOf } from './value.ts'

export interface LoadOptions extends Registries {
  /** Default: the process's own. */
  readonly environment?: NodeJS.ProcessEnv
}

/** Reads the project in a folder: one waybill.yaml, or folders beside it. Never throws on what is written there: all that is wrong is in `faults`, and is left out of the project. */
export function loadProject(dir: string, { environment = process.env, ...registries }: LoadOptions): Project {
  const folder = resolve(dir)
  const mounts: Mount[] = []
  const faults = createFaultList((path, details) => locate(mounts, path, details))
  const { config } = readFiles({ dir: folder, mounts, faults })
  const { value, references } = putReferences(config, { dir: folder, environment, faults })
  const { root, definitions } = wholeSchema(registries)
  // Where waybill.yaml is not readable, what it does not say says nothing.
  const checked = mounts[0]?.from.value === undefined ? {} : checkConfig(root, value, { faults, definitions, references })
  const place = (path: Path, details?: FaultDetails) => locate(mounts, path, details)
  return projectOf(fieldsOf(checked), { dir: folder, version: versionOf(folder, value), ...registries, faults, references, place })
}

function locate(mounts: readonly Mount[], path: Path, details?: FaultDetails): Place & { readonly file: string } {
  const mount = mountOf(mounts, path)
  if (!mount) return { file: 'waybill.yaml', line: 1, column: 1 }
  return { file: mount.from.file, ...mount.from.locate([...mount.within, ...path.slice(mount.path.length)], details) }
}

/** Tests say nothing about what the gateway does: they are no part of the version. */
function versionOf(dir: string, config: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify({ ...fieldsOf(config), tests: undefined }))
  for (const file of ['models', 'schemas', 'layouts'].flatMap(folder => filesIn(dir, folder)))
    hash.update(`\0${file}\0`).update(readFileSync(join(dir, file)))
  return hash.digest('hex')
}
