import { EvaluationError } from './expression.ts'
import { countStep, type Frame, type Run } from './frame.ts'
import { attempt } from './operators.ts'
import { isRecord, kindOf, named } from './values.ts'

/** A macro over a list: the list, the slot of its item, and what is asked of each item. */
export interface MacroParts {
  readonly list: Run
  readonly slot: number
  /** The condition, where the macro has one. */
  readonly condition?: Run
  /** The value, where the macro has one. */
  readonly value?: Run
}

/** `exists` (decisive: true) and `all` (decisive: false): one decisive item decides, whatever the others are. */
export function quantifier(decisive: boolean, { list, slot, condition }: MacroParts): Run {
  return frame => {
    const items = itemsOf(list(frame))
    if (items === undefined || condition === undefined) return undefined
    let trouble: unknown = !decisive
    for (const item of items) {
      const held = attempt(bound(frame, slot, item, condition), frame)
      if (held === decisive) return decisive
      if (held !== !decisive) trouble = held
    }
    if (trouble instanceof Error) throw trouble
    return trouble === undefined ? undefined : asBoolean(trouble)
  }
}

/** `exists_one` */
export function existsOne(parts: MacroParts): Run {
  const found = filter(parts)
  return frame => {
    const items = found(frame)
    return Array.isArray(items) ? items.length === 1 : undefined
  }
}

/** `filter` */
export function filter({ list, slot, condition }: MacroParts): Run {
  return frame => {
    const items = itemsOf(list(frame))
    if (items === undefined || condition === undefined) return undefined
    const result: unknown[] = []
    for (const item of items) {
      const held = bound(frame, slot, item, condition)(frame)
      if (held === undefined) return undefined
      if (asBoolean(held)) result.push(item)
    }
    return result
  }
}

/** `map`, with or without a condition. */
export function mapping(parts: MacroParts): Run {
  const { slot, value } = parts
  const source: Run = parts.condition ? filter(parts) : parts.list
  return frame => {
    const items = itemsOf(source(frame))
    if (items === undefined || value === undefined) return undefined
    const result: unknown[] = []
    for (const item of items) {
      const made = bound(frame, slot, item, value)(frame)
      if (made === undefined) return undefined
      result.push(made)
    }
    return result
  }
}

/** Puts the item into its slot; the run then sees it. */
function bound(frame: Frame, slot: number, item: unknown, run: Run): Run {
  countStep(frame)
  frame.locals[slot] = item
  return run
}

/** The items of a list, or the names of an object's members. */
function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || Array.isArray(value)) return value
  if (isRecord(value)) return Object.keys(value)
  throw new EvaluationError(`a macro needs a list or an object, saw ${named(kindOf(value))}`)
}

function asBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new EvaluationError(`the condition of a macro must be true or false, saw ${named(kindOf(value))}`)
}
