import { isExactNumber } from '../../json/exact-number.ts'
import type { Matching } from './matcher.ts'
import type { Child, ElementPlan, TypePlan } from './plan.ts'

/** What may stand in an element. */
export const TEXT = 0
export const ELEMENTS = 1
export const MIXED = 2
export const EMPTY = 3
export const NIL = 4

/** An object of a body, while it is made. */
export type Members = Record<string, unknown>

/** An element that is open. Used again for the next one at its depth. */
export interface Frame {
  element: ElementPlan
  type: TypePlan
  /** How its parent knows it; undefined for the root. */
  child: Child | undefined
  mode: number
  /** Undefined where the value is a plain one. */
  object: Members | undefined
  text: string
  /** In a plain sequence: which slot, and how many in it. */
  slot: number
  count: number
  /** In any other content. */
  matching: Matching | undefined
}

/** A new one. */
export function createFrame(element: ElementPlan): Frame {
  return {
    element,
    type: element.type,
    child: undefined,
    mode: EMPTY,
    object: undefined,
    text: '',
    slot: -1,
    count: 0,
    matching: undefined,
  }
}

/** Puts a value where the child's values belong. */
export function assign(object: Members, { member, ordered, list, awkward }: Child, value: unknown): void {
  if (ordered) append(object, '$items', awkward ? entry(member, value) : { [member]: value })
  else if (awkward) assignAwkward(object, member, list ? [...ownList(object, member), value] : value)
  else if (!list) object[member] = value
  else append(object, member, value)
}

/** Adds to a member that is a list. */
export function append(object: Members, member: string, value: unknown): void {
  const list = object[member]
  if (Array.isArray(list)) list.push(value)
  else object[member] = [value]
}

function entry(member: string, value: unknown): Members {
  const object: Members = {}
  assignAwkward(object, member, value)
  return object
}

function ownList(object: Members, member: string): readonly unknown[] {
  const list = Object.hasOwn(object, member) ? object[member] : undefined
  return Array.isArray(list) ? list : []
}

function assignAwkward(object: Members, member: string, value: unknown): void {
  Object.defineProperty(object, member, { value, enumerable: true, configurable: true, writable: true })
}

/** True for an object of members: no list, no number, no bytes. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value) && !(value instanceof Uint8Array)
}
