import { ExactNumber } from '../transformers/json/exact-number.ts'
import { EvaluationError } from './expression.ts'
import type { Run } from './frame.ts'
import { isRecord, kindOf, Maybe, NOTHING, named } from './values.ts'

type Member = (base: unknown) => unknown

/** Names that objects, lists or ExactNumbers have by themselves: those take the careful way. */
const inherited = new Set(
  [Object.prototype, Array.prototype, ExactNumber.prototype].flatMap(prototype => Object.getOwnPropertyNames(prototype)).concat('text'),
)

/** Reads the member of that name; undefined where there is none. */
export function memberReader(name: string): Member {
  if (inherited.has(name)) return base => ownMember(base, name)
  return base => (isObject(base) ? base[name] : undefined)
}

/** `body.customer.country` in one step: a variable, and members of members. `texts` name what is missing where a step finds nothing. */
export function readPath(variable: Run, names: readonly string[], texts: readonly string[]): Run {
  const readers = names.map(memberReader)
  const { length } = readers
  return frame => {
    let value = variable(frame)
    for (let at = 0; at < length; at++) {
      if (value !== undefined) value = readers[at]?.(value)
      if (value !== undefined) continue
      frame.missing = texts[at] ?? ''
      return undefined
    }
    return value
  }
}

/** `base.name` where the base is more than a path. */
export function readMember(base: Run, name: string, text: string): Run {
  const read = memberReader(name)
  return frame => {
    const from = base(frame)
    if (from instanceof Maybe) return maybe(from.value === undefined ? undefined : read(from.value))
    const value = from === undefined ? undefined : read(from)
    if (value === undefined && from !== undefined) frame.missing = text
    return value
  }
}

/** `base.?name`: an optional; absent only where the base is. */
export function readOptional(base: Run, key: Run): Run {
  return frame => {
    const from = base(frame)
    const name = key(frame)
    if (from === undefined || name === undefined) return undefined
    const held = from instanceof Maybe ? from.value : from
    return held === undefined ? NOTHING : maybe(itemOf(held, name))
  }
}

/** `base[key]` */
export function readItem(base: Run, key: Run, text: string): Run {
  return frame => {
    const from = base(frame)
    const name = key(frame)
    if (from === undefined || name === undefined) return undefined
    if (from instanceof Maybe) return from.value === undefined ? NOTHING : maybe(itemOf(from.value, name))
    const value = itemOf(from, name)
    if (value === undefined) frame.missing = text
    return value
  }
}

function itemOf(base: unknown, key: unknown): unknown {
  if (!Array.isArray(base)) return typeof key === 'string' ? ownMember(base, key) : wrongKey(base, key)
  if (typeof key === 'number' && Number.isSafeInteger(key) && key >= 0) return base[key]
  return wrongKey(base, key)
}

function wrongKey(base: unknown, key: unknown): never {
  const allowed = Array.isArray(base) ? 'a list is indexed with whole numbers from 0' : 'an object is indexed with a name'
  throw new EvaluationError(`${allowed}, saw ${typeof key === 'number' ? key : named(kindOf(key))}`)
}

function ownMember(base: unknown, name: string): unknown {
  return isRecord(base) && Object.hasOwn(base, name) ? base[name] : undefined
}

function maybe(value: unknown): Maybe {
  return value === undefined ? NOTHING : new Maybe(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
