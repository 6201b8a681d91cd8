import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { FaultCode } from '../../config/faults.ts'
import { suggestion } from '../../config/faults.ts'
import { filesIn } from '../../config/files.ts'
import type { Project } from '../../config/project.ts'

/** Why a file is not read. */
export interface Refusal {
  readonly code: Extract<FaultCode, 'FILE' | 'SCHEMA'>
  readonly message: string
  readonly mend?: string
}

/** A file's bytes, by its path from the project's folder; nothing is read from outside of it, nor from the network. */
export function readProjectFile({ dir }: Pick<Project, 'dir'>, file: string): Uint8Array | Refusal {
  if (/^[a-z][a-z0-9+.-]*:/i.test(file)) {
    const mend = 'Put the file into the project and name it by its path from the file that refers to it.'
    return { code: 'FILE', message: `"${file}" leads out of the project; nothing is read from the network`, mend }
  }
  const name = posix.normalize(file)
  if (name.startsWith('..') || posix.isAbsolute(name)) {
    return { code: 'FILE', message: `"${file}" is not in the project's folder`, mend: 'Put the file into the project.' }
  }
  try {
    return readFileSync(join(dir, name))
  } catch {
    return { code: 'FILE', message: `there is no file "${name}" that can be read${near(dir, name)}` }
  }
}

function near(dir: string, name: string): string {
  const folder = posix.dirname(name)
  const beside = folder === '.' ? [] : filesIn(dir, folder).filter(file => file.endsWith(posix.extname(name)))
  return beside.length === 0 ? '' : suggestion(name, beside)
}
