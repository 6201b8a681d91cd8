import type { Format, RecordFormat } from '../../../transformers/format.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { projectOf, type Told } from '../project.ts'

/** The format of requests that these options make; throws with the faults of the config. `dir`: the project's folder. */
export function formatOf(kind: string, value: unknown = {}, dir?: string): Format {
  const { project, told } = projectOf({ ...(dir !== undefined && { dir }) })
  const found = formats[kind]?.create(value, { project, path: ['systems', 's', 'format', kind] })
  if (!found) throw new Error(told.map(({ message }) => message).join('\n'))
  return found.request
}

/** Its ability to read and write records. */
export function recordsOf(kind: string, value: unknown = {}, dir?: string): RecordFormat {
  const { records } = formatOf(kind, value, dir)
  if (!records) throw new Error(`${kind} has no records`)
  return records
}

/** The faults of these options, as `path: message` behind their code. */
export function faultsOf(kind: string, value: unknown, dir?: string): string[] {
  const { project, told } = projectOf({ ...(dir !== undefined && { dir }) })
  formats[kind]?.create(value, { project, path: [] })
  return told.map(line)
}

function line({ code, path, message }: Told): string {
  return `${code} ${path.join('.')}: ${message}`
}
