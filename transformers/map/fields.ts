import type { Variables } from '../../expressions/expression.ts'

/** A rule that failed for a body; the pointer is into the target. */
export interface RuleFault {
  pointer: string
  readonly rule: string
  readonly message: string
  /** Nobody asked for the rejection by name: the field is required where the object around it is there. */
  readonly implied: boolean
}

/** A part of the target: puts what it makes under its key, or adds faults. */
export interface Field {
  readonly key: string
  put(target: Record<string, unknown>, variables: Variables, faults: RuleFault[]): void
}

/** Ends a mapping that has as many faults as are told. */
export class TooManyFaults extends Error {}

const MAX_FAULTS = 50

/** Notes a fault; throws TooManyFaults at the 50th, so that a body of a million wrong items ends soon. */
export function addFault(faults: RuleFault[], fault: RuleFault): void {
  faults.push(fault)
  if (faults.length >= MAX_FAULTS) throw new TooManyFaults()
}

/** A new object of all fields. */
export function build(fields: readonly Field[], variables: Variables, faults: RuleFault[]): Record<string, unknown> {
  const target: Record<string, unknown> = {}
  for (const field of fields) field.put(target, variables, faults)
  return target
}

/** Fields within a field. One that is optional and gets nothing is left out, with what was missing in it. */
export function objectField(key: string, fields: readonly Field[], optional: boolean): Field {
  return {
    key,
    put(target, variables, faults) {
      const before = faults.length
      const inner = build(fields, variables, faults)
      if (!optional || !isEmpty(inner)) target[key] = inner
      else if (onlyImplied(faults, before)) faults.length = before
    },
  }
}

/** Puts a pointer before those of all faults that came since. */
export function placeFaults(faults: readonly RuleFault[], since: number, before: string): void {
  for (const fault of faults.slice(since)) fault.pointer = before + fault.pointer
}

/** A name as a part of a JSON pointer (RFC 6901). */
export function pointerPart(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

function onlyImplied(faults: readonly RuleFault[], since: number): boolean {
  return faults.slice(since).every(fault => fault.implied)
}
