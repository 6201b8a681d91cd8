import type { Path } from '../../../config/faults.ts'
import { dateFault } from '../../../expressions/functions/dates.ts'
import type { WrittenLayout } from './load-layout.ts'
import type { Field, RecordType } from './model.ts'
import type { FieldOptions } from './options.ts'

/** What a type of records is made of: its fields in their places, and where they are written. */
export interface TypeSource {
  readonly name: string
  readonly tag?: string
  readonly fields: readonly FieldOptions[]
  readonly path: Path
}

/** A type of records; what is wrong with its fields is told. `own`: the record's length, where the layout has one. */
export function recordType({ name, tag, fields, path }: TypeSource, own: number | undefined, layout: WrittenLayout): RecordType {
  let next = 0
  const placed = fields.map(options => {
    const field = placedField(options, next)
    next = field.at + field.length
    return field
  })
  for (const [index, field] of placed.entries()) checkField(field, fields[index], [...path, 'fields', index], layout)
  checkNames(placed, path, layout)
  checkOverlaps(placed, path, layout)
  const end = Math.max(...placed.map(field => field.at + field.length))
  const place = tag === undefined ? undefined : layout.options.tag
  const tagEnd = place ? place.start - 1 + place.length : 0
  if (own !== undefined && end > own) {
    const last = placed.findIndex(field => field.at + field.length === end)
    layout.add('CONFLICT', [...path, 'fields', last, 'length'], `the field ends at character ${end}, and records have ${own}`)
  }
  return { name, ...(tag !== undefined && { tag }), fields: placed, length: own ?? Math.max(end, tagEnd) }
}

function placedField({ start, decimals, pattern, pad, align, ...rest }: FieldOptions, next: number): Field {
  const isNumber = rest.type === 'number'
  return {
    ...rest,
    at: start === undefined ? next : start - 1,
    pad: pad ?? (isNumber ? '0' : ' '),
    align: align ?? (isNumber ? 'right' : 'left'),
    ...(decimals !== undefined && { decimals }),
    ...(pattern !== undefined && { pattern }),
  }
}

function checkField(field: Field, options: FieldOptions | undefined, path: Path, { add }: WrittenLayout): void {
  const { name, type, pad, align, length, pattern, sign } = field
  if (name === '__proto__') add('WRONG_VALUE', [...path, 'name'], 'no field may be named __proto__')
  if (pad.length !== 1) add('WRONG_VALUE', [...path, 'pad'], `a field is padded with one character, and "${pad}" is ${pad.length}`)
  for (const key of ['decimals', 'sign'] as const)
    if (type !== 'number' && options?.[key] !== undefined && options[key] !== 'none')
      add('CONFLICT', [...path, key], `"${key}" is of numbers, and this is a ${type}`, { atKey: true })
  if (type === 'number' && /[1-9+.-]/.test(pad))
    add('WRONG_VALUE', [...path, 'pad'], `a number padded with "${pad}" cannot be told from another`)
  if (type === 'number' && pad === '0' && align === 'left')
    add('CONFLICT', [...path, 'align'], 'zeros behind a number would be digits of it', { mend: 'Set `pad` as well.' })
  if (type === 'number' && length === 1 && (sign === 'leading' || sign === 'trailing'))
    add('CONFLICT', [...path, 'length'], 'there is no place for a digit beside the sign')
  checkPattern(field, path, add)
  if (type !== 'date' && pattern !== undefined)
    add('CONFLICT', [...path, 'pattern'], `"pattern" is of dates, and this is a ${type}`, { atKey: true })
}

function checkPattern({ type, pattern, length }: Field, path: Path, add: WrittenLayout['add']): void {
  if (type !== 'date') return
  const fault = pattern === undefined ? undefined : dateFault(pattern)
  if (pattern === undefined) add('MISSING', path, 'a date needs its `pattern`, such as YYYYMMDD')
  else if (fault !== undefined) add('WRONG_VALUE', [...path, 'pattern'], fault)
  else if (pattern.length > length)
    add('CONFLICT', [...path, 'length'], `the pattern ${pattern} has ${pattern.length} characters, and the field ${length}`)
}

function checkNames(fields: readonly Field[], path: Path, { add }: WrittenLayout): void {
  for (const [index, { name }] of fields.entries()) {
    const before = fields.findIndex(field => field.name === name)
    if (before < index)
      add('DUPLICATE', [...path, 'fields', index, 'name'], `field "${name}" is given twice: here and as the ${ordinal(before)}`)
  }
}

function ordinal(index: number): string {
  return `field at ${index + 1} of the list`
}

function checkOverlaps(fields: readonly Field[], path: Path, { add }: WrittenLayout): void {
  for (const [index, field] of fields.entries()) {
    const other = fields.slice(0, index).find(before => overlap(before, field))
    if (!other) continue
    const span = ({ at, length }: Field): string => `${at + 1} to ${at + length}`
    add('CONFLICT', [...path, 'fields', index], `field "${field.name}" (${span(field)}) overlaps "${other.name}" (${span(other)})`)
  }
}

/** Whether two parts of a record share a character. */
export function overlap(a: { at: number; length: number }, b: { at: number; length: number }): boolean {
  return a.at < b.at + b.length && b.at < a.at + a.length
}
