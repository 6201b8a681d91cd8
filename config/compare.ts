import { writeJsonText } from '../transformers/json/codec.ts'
import { compare, isExactNumber } from '../transformers/json/exact-number.ts'
import type { Path } from './faults.ts'
import { isFields } from './value.ts'

/** One thing that is not as expected; the path is into the expectation. */
export interface Difference {
  readonly path: Path
  readonly expected: string
  readonly came: string
}

/** Where the value differs from what is expected: objects must have at least these members, lists exactly these items, numbers the same value. */
export function differences(expected: unknown, value: unknown, path: Path): readonly Difference[] {
  if (Array.isArray(expected)) return inList(expected, value, path)
  if (isFields(expected) && !isExactNumber(expected)) return inObject(expected, value, path)
  return isSame(expected, value) ? [] : [{ path, expected: inWords(expected), came: inWords(value) }]
}

function inObject(expected: Readonly<Record<string, unknown>>, value: unknown, path: Path): readonly Difference[] {
  if (!isFields(value) || isExactNumber(value)) return [{ path, expected: inWords(expected), came: inWords(value) }]
  return Object.entries(expected).flatMap(([name, item]) =>
    differences(item, Object.hasOwn(value, name) ? value[name] : undefined, [...path, name]),
  )
}

function inList(expected: readonly unknown[], value: unknown, path: Path): readonly Difference[] {
  if (!Array.isArray(value)) return [{ path, expected: inWords(expected), came: inWords(value) }]
  const inItems = expected.slice(0, value.length).flatMap((item, index) => differences(item, value[index], [...path, index]))
  if (value.length === expected.length) return inItems
  return [{ path, expected: `a list of ${expected.length}`, came: `a list of ${value.length}` }, ...inItems]
}

function isSame(expected: unknown, value: unknown): boolean {
  if (isNumber(expected) && isNumber(value)) return compare(expected, value) === 0
  return expected === value
}

function isNumber(value: unknown): value is Parameters<typeof compare>[0] {
  return typeof value === 'number' || isExactNumber(value)
}

/** A value for people, on one line: as JSON, and `nothing` where there is none. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = writeJsonText(value)
  return text.length > 160 ? `${text.slice(0, 157)}...` : text
}
