import type { Path } from './faults.ts'
import type { FormatConfig } from './project.ts'
import { isFields } from './value.ts'

/** The formats that stand in a source's `format`: one, or a list. */
export function formatsOf(value: unknown, path: Path): readonly FormatConfig[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => formatOf(one, [...path, index]) ?? [])
  return [formatOf(value, path)].filter(one => one !== undefined)
}

/** A format by its name, or with its options under its name; undefined where none stands there. */
export function formatOf(value: unknown, path: Path): FormatConfig | undefined {
  if (typeof value === 'string') return { kind: value, value: {}, path }
  const [kind] = isFields(value) ? Object.keys(value) : []
  return kind === undefined || !isFields(value) ? undefined : { kind, value: value[kind], path: [...path, kind] }
}
