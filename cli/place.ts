import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Faults } from '../config/faults.ts'
import { putReferences } from '../config/references.ts'
import { fieldsOf } from '../config/value.ts'
import { readYaml } from '../config/yaml-file.ts'
import { CommandError, exit } from './command.ts'
import type { Terminal } from './terminal.ts'

/** Where a project's gateway answers and where its store lies. */
export interface Place {
  readonly dir: string
  readonly name: string
  /** The folder of the store, absolute. */
  readonly store: string
  /** `listen.admin` as it is written; a running gateway leaves the address that it really has in the store's folder. */
  readonly admin: string
}

/**
 * Finds a project's gateway and store. Reads only what it needs: who pauses a target needs neither the secrets nor the environment that the
 * gateway runs with. Throws wrong usage where the folder holds no project.
 */
export function locate(dir: string, { environment }: Pick<Terminal, 'environment'>): Place {
  const file = projectFile(dir)
  const { value, faults } = readYaml('waybill.yaml', readFileSync(file, 'utf8'))
  if (value === undefined)
    throw new CommandError(exit.usage, `${file} cannot be read: ${faults[0]?.message ?? 'it is empty'}; see waybill check`)
  const { name, listen, store } = fieldsOf(value)
  const wanted = { admin: fieldsOf(listen).admin ?? '127.0.0.1:8081', path: fieldsOf(store).path ?? 'data' }
  const put = fieldsOf(putReferences(wanted, { dir, environment, faults: unheard }).value)
  return { dir, name: String(name ?? 'waybill'), store: resolve(dir, String(put.path)), admin: String(put.admin) }
}

/** The file that makes a folder a project; throws wrong usage where it is not there. */
export function projectFile(dir: string): string {
  const file = join(dir, 'waybill.yaml')
  if (existsSync(file)) return file
  throw new CommandError(exit.usage, `no waybill.yaml in ${dir}; name the project's folder, or make one: waybill init DIR`)
}

const unheard: Faults = { add: () => {}, count: 0 }
