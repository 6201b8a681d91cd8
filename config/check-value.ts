import { checkAlternatives, checkForm } from './check-form.ts'
import { checkObject } from './check-object.ts'
import { checkBoolean, checkEnum, checkNumber, checkText } from './check-scalar.ts'
import { type Check, type Checking, refuse } from './checking.ts'
import type { Path } from './faults.ts'
import { type ConfigSchema, definitionOf } from './form.ts'

/** The value where it is as the schema says, with texts of references made numbers where numbers belong; what is wrong is a fault and is left out. */
export function checkConfig(schema: ConfigSchema, value: unknown, parts: Omit<Checking, 'check'>): unknown {
  const checking: Checking = { ...parts, check: (deeper, item, path) => checkValue(deeper, item, path, checking) }
  return checkValue(schema, value, [], checking)
}

function checkValue(schema: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  const form = definitionOf(schema, checking.definitions)
  if (checking.references.missing(path)) return undefined
  if (value === null || value === undefined) return refuse(form, value, { path, checking })
  return form.checkedElsewhere ? value : checkFor(form)(form, value, path, checking)
}

function checkFor(form: ConfigSchema): Check {
  if (form.anyOf) return checkAlternatives
  if (form.byKey) return checkForm
  return form.const !== undefined || form.enum ? checkEnum : CHECKS[form.type ?? 'any']
}

const CHECKS: Readonly<Record<NonNullable<ConfigSchema['type']> | 'any', Check>> = {
  any: (_, value) => value,
  object: checkObject,
  array: checkList,
  string: checkText,
  number: checkNumber,
  integer: checkNumber,
  boolean: checkBoolean,
}

function checkList(form: ConfigSchema, value: unknown, path: Path, checking: Checking): unknown {
  if (!Array.isArray(value)) return refuse(form, value, { path, checking })
  if (value.length < (form.minItems ?? 0)) {
    checking.faults.add('WRONG_VALUE', path, `the list is empty (allowed: at least ${form.minItems})`, {
      mend: 'add one, or remove the key',
    })
  }
  const { items } = form
  // An item stays at its index, though what stood before it was wrong: positions are by index.
  return items ? value.map((item, index) => checking.check(items, item, [...path, index])) : value
}
