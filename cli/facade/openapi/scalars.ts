import { type Fields, listOf } from '../../../config/value.ts'
import { sampleOfPattern } from '../wsdl/sample-pattern.ts'
import { xsdPattern } from './patterns.ts'
import type { Scalar } from './shape.ts'

type Value = Scalar['sample']

/** What people are told of a schema that is carried in part. */
export type Tell = (note: string) => void

const TEXTS: Readonly<Record<string, readonly [type: string, sample: string, other: string]>> = {
  date: ['xs:date', '2026-11-27', '2026-11-28'],
  'date-time': ['xs:dateTime', '2026-11-27T10:30:00Z', '2026-11-28T10:30:00Z'],
  time: ['xs:time', '10:30:00', '11:30:00'],
  byte: ['xs:base64Binary', 'V2F5YmlsbA==', 'RmFjYWRl'],
}
const SAMPLES: Readonly<Record<string, readonly [sample: string, other: string]>> = {
  uuid: ['0190a0a0-0000-7000-8000-000000000000', '0190a0a0-0000-7000-8000-000000000404'],
  email: ['ada@example.com', 'bob@example.com'],
  uri: ['https://example.com/a', 'https://example.com/b'],
  url: ['https://example.com/a', 'https://example.com/b'],
  hostname: ['a.example.com', 'b.example.com'],
  ipv4: ['192.0.2.1', '192.0.2.2'],
  ipv6: ['2001:db8::1', '2001:db8::2'],
}
const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const NUMBERS: Readonly<Record<string, string>> = { int32: 'xs:int', int64: 'xs:long', float: 'xs:float', double: 'xs:double' }

/** A text of any kind. */
export function textScalar(schema: Fields, tell: Tell): Scalar {
  const { format, contentEncoding, pattern } = schema
  const typed = TEXTS[contentEncoding === 'base64' ? 'byte' : String(format)]
  if (typed) return { kind: 'scalar', type: typed[0], facets: [], ...chosen(schema, typed[1], typed[2], text => text.length > 7) }
  const lengths = lengthsOf(schema)
  const known = SAMPLES[String(format)]
  const wanted = format === 'uuid' ? UUID : typeof pattern === 'string' ? xsdPattern(pattern) : undefined
  const matched = wanted === undefined ? undefined : sampleFor(wanted, lengths)
  if (typeof pattern === 'string' && matched === undefined && format !== 'uuid')
    tell(`pattern ${pattern} is left out: XSD has no such words, or no sample fits; the REST API still checks it`)
  const kept = wanted !== undefined && (matched !== undefined || format === 'uuid') ? [`<xs:pattern value="${attribute(wanted)}"/>`] : []
  const [sample, other] = known ?? (matched === undefined ? plain(lengths) : [matched, undefined])
  const fits = (text: string) => fitsLengths(text, lengths) && (kept.length === 0 || new RegExp(`^(?:${wanted})$`, 'u').test(text))
  return { kind: 'scalar', type: 'xs:string', facets: [...kept, ...lengths.facets], ...chosen(schema, sample, other, fits) }
}

/** A whole number, or one with a fraction. */
export function numberScalar(schema: Fields, kind: 'integer' | 'number', tell: Tell): Scalar {
  const type = NUMBERS[String(schema.format)] ?? (kind === 'integer' ? 'xs:integer' : 'xs:decimal')
  const whole = kind === 'integer'
  const own = whole && /float|double|decimal/.test(type) ? 'xs:integer' : type
  if (schema.multipleOf !== undefined && schema.multipleOf !== 1 && schema.multipleOf !== 0.01)
    tell(`multipleOf ${String(schema.multipleOf)} is left out: XSD has no such facet`)
  const bounds = boundsOf(schema)
  const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : whole ? 1 : 0.5
  const fits = (value: number) => bounds.fits(value) && (!whole || Number.isInteger(value)) && isMultiple(value, schema.multipleOf)
  const tried = [1001, 2, 12.5, 1, 0, step, ...bounds.near(step)].filter(value => fits(value))
  const [sample = 0] = tried
  const other = [sample + 403, sample + step, sample - step, ...tried].find(value => value !== sample && fits(value))
  const said = [schema.example, ...listOf(schema.examples), schema.default].find(value => typeof value === 'number' && fits(value))
  return {
    kind: 'scalar',
    type: own,
    facets: bounds.facets,
    sample: Number(said ?? sample),
    ...(other !== undefined && other !== said && { other }),
  }
}

/** One of some values, all of one kind. */
export function enumScalar(values: readonly Value[], type: string): Scalar {
  const [sample = '', other] = values
  const facets = values.map(value => `<xs:enumeration value="${attribute(String(value))}"/>`)
  return { kind: 'scalar', type, facets: type === 'xs:boolean' ? [] : facets, sample, ...(other !== undefined && { other }) }
}

/** True or false. */
export const truth: Scalar = { kind: 'scalar', type: 'xs:boolean', facets: [], sample: true, other: false }

/** Values of several kinds, as text. */
export const mixed: Scalar = { kind: 'scalar', type: 'xs:string', facets: [], sample: 'text', other: 'words', mixed: true }

function chosen(schema: Fields, sample: string, other: string | undefined, fits: (text: string) => boolean) {
  const said = [schema.example, ...listOf(schema.examples), schema.default].find(
    value => typeof value === 'string' && value !== '' && fits(value),
  )
  const first = String(said ?? sample)
  const second = [other, sample, `${first}-2`].find(text => text !== undefined && text !== first && fits(text))
  return { sample: first, ...(second !== undefined && { other: second }) }
}

interface Lengths {
  readonly min: number
  readonly max: number
  readonly facets: readonly string[]
}

function lengthsOf({ minLength, maxLength }: Fields): Lengths {
  const facet = (name: string, value: unknown) => (typeof value === 'number' ? [`<xs:${name} value="${value}"/>`] : [])
  return {
    min: typeof minLength === 'number' ? minLength : 0,
    max: typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY,
    facets: [...facet('minLength', minLength), ...facet('maxLength', maxLength)],
  }
}

function fitsLengths(text: string, { min, max }: Lengths): boolean {
  return text.length >= min && text.length <= max
}

function plain({ min, max }: Lengths): readonly [string, string] {
  const make = (word: string) => word.padEnd(min, '-').slice(0, max)
  return [make('sample'), make('another')]
}

function sampleFor(pattern: string, lengths: Lengths): string | undefined {
  // What may repeat at the end is repeated as often as the text needs.
  const longer = pattern.replace(/[+*]$/, `{${lengths.min}}`)
  const made = [pattern, longer].map(sampleOfPattern)
  return made.find(text => text !== undefined && fitsLengths(text, lengths) && new RegExp(`^(?:${pattern})$`, 'u').test(text))
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Fields) {
  // In 3.0 the exclusive ones are truths beside the bounds.
  const low = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : minimum
  const high = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : maximum
  const isOpen = {
    low: exclusiveMinimum === true || typeof exclusiveMinimum === 'number',
    high: exclusiveMaximum === true || typeof exclusiveMaximum === 'number',
  }
  const facets = [
    ...(typeof low === 'number' ? [`<xs:min${isOpen.low ? 'Exclusive' : 'Inclusive'} value="${low}"/>`] : []),
    ...(typeof high === 'number' ? [`<xs:max${isOpen.high ? 'Exclusive' : 'Inclusive'} value="${high}"/>`] : []),
  ]
  const above = (value: number) => typeof low !== 'number' || (isOpen.low ? value > low : value >= low)
  const below = (value: number) => typeof high !== 'number' || (isOpen.high ? value < high : value <= high)
  const near = (step: number) => [low, high].flatMap(bound => (typeof bound === 'number' ? [bound, bound + step, bound - step] : []))
  return { facets, near, fits: (value: number) => above(value) && below(value) }
}

function isMultiple(value: number, of: unknown): boolean {
  return typeof of !== 'number' || Math.abs(value / of - Math.round(value / of)) < 1e-9
}

/** A text as the value of an attribute, and as text of an element. */
export function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
