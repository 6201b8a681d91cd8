import { isFields, listOf } from '../../../config/value.ts'
import { choiceOf, type Option } from './choices.ts'
import type { Description, Located } from './document.ts'
import { createXmlNames, xmlName } from './names.ts'
import { enumScalar, mixed, numberScalar, textScalar, truth } from './scalars.ts'
import type { Json, Member, ObjectShape, Scalar, Shape, Typed } from './shape.ts'

/** Makes shapes of schemas; each named or recursive one once. */
export interface Shapes {
  of(schema: Located): Typed
}

export interface ShapeParts {
  readonly description: Description
  /** Adds what the facade can't carry. */
  note(text: string): void
}

interface Making extends ShapeParts {
  readonly known: Map<string, { readonly value: Typed }>
  readonly names: (wanted: string) => string
}

/** Shapes of one description: types have names of their own in it. */
export function createShapes(parts: ShapeParts): Shapes {
  const making: Making = { ...parts, known: new Map(), names: createXmlNames() }
  return { of: schema => typed(schema, making) }
}

function typed(schema: Located, making: Making): Typed {
  const { $ref } = schema.value
  if (typeof $ref !== 'string') return made(schema, making, {})
  const target = making.description.follow(schema)
  const known = making.known.get(target.at)
  if (known) return known.value
  const name = making.names(xmlName(decodeURIComponent($ref.replace(/^.*[/#]/, '')), 'Part'))
  return made(target, making, { name })
}

interface Naming {
  readonly name?: string
}

function made(schema: Located, making: Making, naming: Naming): Typed {
  const { value } = schema
  const types = listOf([value.type].flat().filter(one => one !== undefined)).map(String)
  const nullable = value.nullable === true || types.includes('null') || (Array.isArray(value.enum) && value.enum.includes(null))
  const found = composed(schema, making, naming) ?? {
    shape: simple(
      schema,
      types.filter(type => type !== 'null'),
      making,
      naming,
    ),
    nullable: false,
  }
  const result = { shape: found.shape, nullable: nullable || found.nullable }
  making.known.set(schema.at, { value: result })
  return result
}

/** allOf, oneOf and anyOf; undefined where there is none of them. */
function composed(schema: Located, making: Making, naming: Naming): Typed | undefined {
  const { allOf, oneOf, anyOf, properties } = schema.value
  if (Array.isArray(allOf)) return ofAll(schema, properties !== undefined, making, naming)
  const word = Array.isArray(oneOf) ? 'oneOf' : Array.isArray(anyOf) ? 'anyOf' : undefined
  // Beside properties it says which of them go together, or adds some.
  if (word === undefined || properties !== undefined) return undefined
  return ofSome(schema, word, making, naming)
}

/** What says nothing of a value's form. */
const WORDS = new Set('title description example examples default deprecated readOnly writeOnly externalDocs xml nullable'.split(' '))

function ofAll(schema: Located, hasOwn: boolean, making: Making, naming: Naming): Typed {
  const parts = partsOf(schema, 'allOf', making.description).filter(({ value }) => Object.keys(value).some(key => !WORDS.has(key)))
  const [first] = parts
  if (first && !hasOwn && (parts.length === 1 || isPlain(first, making))) return typed(first, making)
  return { shape: objectOf(schema, making, naming), nullable: false }
}

/** A text, number, truth or list; its other parts narrow it only. */
function isPlain(part: Located, { description }: Making): boolean {
  const { type, properties, allOf, enum: values } = description.follow(part).value
  return (
    properties === undefined && allOf === undefined && (values !== undefined || (type !== undefined && ![type].flat().includes('object')))
  )
}

function partsOf(schema: Located, word: string, description: Description): readonly Located[] {
  const all = description.member(schema, word)
  return listOf(schema.value[word]).flatMap((part, index) =>
    isFields(part) ? [{ value: part, file: all.file, at: `${all.at}/${index}` }] : [],
  )
}

function ofSome(schema: Located, word: 'oneOf' | 'anyOf', making: Making, naming: Naming): Typed {
  const { description, note } = making
  const all = partsOf(schema, word, description)
  const real = all.filter(part => part.value.type !== 'null')
  const nullable = real.length < all.length
  const [only] = real
  if (only && real.length === 1) return { ...typed(only, making), nullable }
  // Before its options, which may contain it.
  const pending: Typed = { shape: { kind: 'choice', branches: [], ...naming }, nullable }
  making.known.set(schema.at, { value: pending })
  const options = real.map((part): Option => ({ schema: description.follow(part), ref: part.value.$ref, shape: typed(part, making).shape }))
  if (options.every(({ shape }) => shape.kind === 'scalar')) return { shape: ofScalars(options, schema, making), nullable }
  const choice = choiceOf(schema, options, pending.shape)
  if (choice) return { shape: choice, nullable }
  if (options.every(({ shape }) => shape.kind === 'object')) {
    note(
      `${schema.at}: members of all of the ${word} are optional here, since nothing in a body tells which of them it is; give it a discriminator`,
    )
    return { shape: objectOf(schema, making, naming), nullable }
  }
  note(`${schema.at}: the ${word} is not carried, since its parts are of several kinds; map it with jsonata`)
  return { shape: { kind: 'nothing', instead: insteadOf(options) }, nullable }
}

/** A value of one of the kinds that may stand there. */
function insteadOf(options: readonly Option[]): Json {
  const shape = options.find(option => option.shape.kind !== 'object')?.shape
  if (shape?.kind === 'list') return []
  if (shape?.kind === 'nothing') return shape.instead
  return shape?.kind === 'scalar' ? shape.sample : {}
}

function ofScalars(options: readonly Option[], { at }: Located, { note }: Making): Shape {
  const scalars = options.flatMap(({ shape }) => (shape.kind === 'scalar' ? [shape] : []))
  const [first = mixed] = scalars
  const isKind = (kind: string) => scalars.every(({ sample }) => typeof sample === kind)
  if (isKind('boolean')) return truth
  if (isKind('string')) return { ...first, type: 'xs:string', facets: [] }
  if (isKind('number')) return { ...first, type: 'xs:decimal', facets: [] }
  note(`${at}: values of several kinds become text; mend the schema, or the rule where the REST API minds`)
  return mixed
}

function simple(schema: Located, types: readonly string[], making: Making, naming: Naming): Shape {
  const { value, at } = schema
  const tell = (text: string) => making.note(`${at}: ${text}`)
  const values = value.const === undefined ? value.enum : [value.const]
  const type = types.length > 0 ? types : guessed(value, values)
  if (type.length > 1) {
    tell(`values of several kinds (${type.join(', ')}) become text; mend the schema, or the rule where the REST API minds`)
    return mixed
  }
  const [kind] = type
  if (kind === 'array') return listOfItems(schema, making, tell)
  if (kind === 'object') return objectOf(schema, making, naming)
  if (Array.isArray(values)) return named(enumOf(values, kind), naming)
  if (kind === 'string') return named(textScalar(value, tell), naming)
  if (kind === 'integer' || kind === 'number') return named(numberScalar(value, kind, tell), naming)
  if (kind === 'boolean') return truth
  tell('any value may stand here, and is not carried; give the schema a type')
  return { kind: 'nothing', instead: {} }
}

function named(scalar: Scalar, { name }: Naming): Scalar {
  return name === undefined || scalar.facets.length === 0 ? scalar : { ...scalar, name }
}

function guessed(
  { properties, items, pattern, format, minimum, maximum, additionalProperties }: Located['value'],
  values: unknown,
): readonly string[] {
  if (properties !== undefined || additionalProperties !== undefined) return ['object']
  if (items !== undefined) return ['array']
  if (Array.isArray(values)) return [...new Set(values.filter(one => one !== null).map(one => typeof one))]
  if (pattern !== undefined || format !== undefined) return ['string']
  return minimum !== undefined || maximum !== undefined ? ['number'] : []
}

function enumOf(values: readonly unknown[], kind: string | undefined): Scalar {
  const known = values.filter(one => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
  if (kind === 'boolean') return enumScalar(known, 'xs:boolean')
  if (kind === 'string') return enumScalar(known, 'xs:string')
  return enumScalar(known, known.every(one => Number.isInteger(one)) ? 'xs:integer' : 'xs:decimal')
}

function listOfItems(schema: Located, making: Making, tell: (text: string) => void): Shape {
  const { value } = schema
  if (!isFields(value.items)) {
    tell('a list whose items are of any kind is not carried; say in `items` what they are')
    return { kind: 'nothing', instead: [] }
  }
  const { shape: items, nullable } = typed(making.description.member(schema, 'items'), making)
  const min = typeof value.minItems === 'number' ? value.minItems : 0
  return { kind: 'list', items, nullable, min, ...(typeof value.maxItems === 'number' && { max: value.maxItems }) }
}

function objectOf(schema: Located, making: Making, naming: Naming): Shape {
  const { description, note } = making
  const shape: ObjectShape = { kind: 'object', members: [], ...naming, ...textOf(schema) }
  making.known.set(schema.at, { value: { shape, nullable: false } })
  const parts = allParts([schema], description)
  if (
    parts.some(
      part => isFields(part.value.additionalProperties) || part.value.additionalProperties === true || part.value.patternProperties,
    )
  )
    note(`${schema.at}: members of any name are not carried, since elements have fixed ones`)
  const required = new Set(parts.flatMap(part => listOf(part.value.required).map(String)))
  const choices = (part: Located) => ['anyOf', 'oneOf'].flatMap(word => partsOf(part, word, description))
  const names = createXmlNames()
  const seen = new Set<string>()
  for (const part of parts.flatMap(one => [one, ...allParts(choices(one), description)])) {
    const properties = description.member(part, 'properties')
    for (const json of Object.keys(properties.value)) {
      if (seen.has(json) && parts.includes(part))
        note(`${properties.at}/${json}: left out, since another part describes this member; bring the two together`)
      if (seen.has(json) || properties.value[json] === false) continue
      seen.add(json)
      const property = description.member(properties, json)
      shape.members.push({ ...memberOf(property, making), json, xml: names(xmlName(json, 'member')), required: required.has(json) })
    }
  }
  if (shape.members.length > 0) return shape
  if (parts.every(part => part.value.additionalProperties === undefined))
    note(`${schema.at}: it has no properties, so nothing of it is carried`)
  const nothing: Shape = { kind: 'nothing', instead: {} }
  making.known.set(schema.at, { value: { shape: nothing, nullable: false } })
  return nothing
}

function memberOf(property: Located, making: Making): Omit<Member, 'json' | 'xml' | 'required'> {
  const { readOnly, writeOnly } = making.description.follow(property).value
  const way = readOnly === true ? 'answer' : writeOnly === true ? 'request' : 'both'
  return { ...typed(property, making), way, ...textOf(property) }
}

function textOf({ value }: Located): { readonly description?: string } {
  return typeof value.description === 'string' ? { description: value.description.trim() } : {}
}

/** The schemas, all of allOf in them and what they refer to, in the order in which mappings look for members: of two that say something of one the first counts. */
function allParts(schemas: readonly Located[], description: Description): readonly Located[] {
  const parts: Located[] = []
  const waiting = [...schemas]
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const { at, value } = part
    if (parts.some(one => one.at === at)) continue
    parts.push(part)
    if (typeof value.$ref === 'string') waiting.push(description.follow(part))
    waiting.push(...partsOf(part, 'allOf', description))
  }
  return parts
}
