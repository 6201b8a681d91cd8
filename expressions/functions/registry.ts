import { dateFunctions } from './dates.ts'
import { type FunctionSpec, signature } from './define.ts'
import { momentFunctions } from './moments.ts'
import { nameFunctions } from './names.ts'
import { numericFunctions } from './numeric.ts'
import { patternFunctions } from './patterns.ts'
import { textFunctions } from './texts.ts'
import { valueFunctions } from './values.ts'
import { xpathFunctions } from './xpath.ts'

const all = [
  ...valueFunctions,
  ...textFunctions,
  ...patternFunctions,
  ...numericFunctions,
  ...dateFunctions,
  ...momentFunctions,
  ...nameFunctions,
  ...xpathFunctions,
]

/** Every function of the expression language, by name. */
export const functions: ReadonlyMap<string, FunctionSpec> = new Map(all.map(spec => [spec.name, spec]))

/** One line of the reference. */
export interface FunctionReference {
  readonly name: string
  readonly signature: string
  readonly description: string
  readonly example: string
}

const macros: readonly FunctionReference[] = [
  macro('has', 'has(path): boolean', 'True where the field is there; also where it is null.', 'has(body.notes)'),
  macro(
    'exists',
    'list.exists(item, condition): boolean',
    'True where the condition holds for an item.',
    'body.lines.exists(line, line.quantity > 10)',
  ),
  macro(
    'exists_one',
    'list.exists_one(item, condition): boolean',
    'True where it holds for exactly one.',
    'body.lines.exists_one(line, line.gift)',
  ),
  macro(
    'all',
    'list.all(item, condition): boolean',
    'True where it holds for all; also of an empty list.',
    'body.lines.all(line, line.quantity > 0)',
  ),
  macro('filter', 'list.filter(item, condition): array', 'The items for which it holds.', 'body.lines.filter(line, line.quantity > 0)'),
  macro(
    'map',
    'list.map(item, value): array',
    'The value of each item; with a condition before the value, of those for which it holds.',
    'body.lines.map(line, line.sku)',
  ),
  macro(
    'orValue',
    'optional.orValue(value): any',
    'The value of a `.?` field, or the given one where it is absent.',
    'body.?notes.orValue("")',
  ),
  macro('hasValue', 'optional.hasValue(): boolean', 'True where a `.?` field is there.', 'body.?notes.hasValue()'),
]

/** What the reference page lists: functions and macros, in order of their names. */
export function functionsReference(): readonly FunctionReference[] {
  const plain = all.map(spec => ({ name: spec.name, signature: signature(spec), description: spec.description, example: spec.example }))
  return [...plain, ...macros].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function macro(name: string, text: string, description: string, example: string): FunctionReference {
  return { name, signature: text, description, example }
}
