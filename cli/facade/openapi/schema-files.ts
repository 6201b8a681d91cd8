import { type Fields, fieldsOf, isFields, listOf } from '../../../config/value.ts'
import { createNames } from '../wsdl/words.ts'
import type { Description, Located } from './document.ts'
import { xmlName } from './names.ts'

/** JSON Schemas of the description as files of the project, each referred to part in one of its own. */
export interface SchemaFiles {
  /** The file's path in the project, from its folder. `wanted`: its name, where the schema has none. */
  add(schema: Located, wanted: string): string
  files(): ReadonlyMap<string, unknown>
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'
/** What OpenAPI says beside JSON Schema. */
const OPENAPI = new Set(['nullable', 'discriminator', 'xml', 'externalDocs', 'example'])
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
const LITERAL = new Set(['enum', 'const', 'default', 'examples'])

/** What parts are converted with. */
interface Converting {
  readonly description: Description
  /** The file of a part that is referred to, from the folder of the schemas. */
  refOf(part: Located, ref: string): string
}

/** In a folder of the service's own and in JSON Schema 2020-12, from the words of OpenAPI 3.0 or 3.1. */
export function createSchemaFiles(description: Description, label: string): SchemaFiles {
  const folder = `schemas/${label}/`
  const names = new Map<string, string>()
  const files = new Map<string, unknown>()
  const free = createNames()
  const converting: Converting = {
    description,
    refOf: (part, ref) => encodeURIComponent(fileOf(description.follow(part), lastOf(ref))),
  }

  function fileOf(schema: Located, wanted: string): string {
    const known = names.get(schema.at)
    if (known !== undefined) return known
    const file = `${free(xmlName(wanted, 'schema'))}.schema.json`
    names.set(schema.at, file)
    // Before it is made, so that it stands before what it refers to.
    files.set(folder + file, true)
    files.set(folder + file, { $schema: DRAFT, ...convert(schema, converting) })
    return file
  }

  return {
    add(schema, wanted) {
      const { $ref } = schema.value
      if (typeof $ref !== 'string') return folder + fileOf(schema, wanted)
      return folder + fileOf(description.follow(schema), lastOf($ref))
    },
    files: () => files,
  }
}

function lastOf(ref: string): string {
  return decodeURIComponent(ref.replace(/^.*[/#]/, ''))
}

function convert(part: Located, converting: Converting): Fields {
  const { $ref } = part.value
  const here = typeof $ref === 'string' ? { $ref: converting.refOf(part, $ref) } : {}
  const rest = Object.entries(part.value).filter(([name]) => name !== '$ref' && !OPENAPI.has(name) && !name.startsWith('x-'))
  const inner = Object.fromEntries(
    rest.map(([name, value]) => [name, within({ ...part, at: `${part.at}/${name}` }, name, value, converting)]),
  )
  return { ...here, ...inner, ...examples(part.value), ...bounds(part.value), ...required(part, converting), ...nullable(part.value) }
}

/** `part`: where the keyword stands. */
function within(part: Located, name: string, value: unknown, converting: Converting): unknown {
  if (LITERAL.has(name)) return value
  const inner = (item: unknown, key: string | number) =>
    isFields(item) ? convert({ ...part, value: item, at: `${part.at}/${key}` }, converting) : item
  if (Array.isArray(value)) return value.map(inner)
  if (!isFields(value)) return value
  if (!BY_NAME.has(name)) return convert({ ...part, value }, converting)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)]))
}

// What the service itself fills in is not required of callers; what nobody describes cannot be given, and is left to the service to refuse.
function required(part: Located, { description }: Converting): Fields {
  const names = listOf(part.value.required).map(String)
  if (names.length === 0) return {}
  const properties = description.member(part, 'properties')
  const declared = namesIn(part, description)
  const isGiven = (name: string) => {
    const { readOnly, writeOnly } = description.follow(description.member(properties, name)).value
    return declared.has(name) && readOnly !== true && writeOnly !== true
  }
  return { required: names.filter(isGiven) }
}

/** Names of the properties that the schema describes, in its parts as well. */
function namesIn(schema: Located, description: Description, seen: readonly string[] = []): ReadonlySet<string> {
  const part = description.follow(schema)
  if (seen.includes(part.at)) return new Set()
  const all = ['allOf', 'oneOf', 'anyOf'].flatMap(word => {
    const { at, file } = description.member(part, word)
    return listOf(part.value[word]).map((value, index) => ({ value: fieldsOf(value), file, at: `${at}/${index}` }))
  })
  const inner = all.flatMap(one => [...namesIn(one, description, [...seen, part.at])])
  return new Set([...Object.keys(fieldsOf(part.value.properties)), ...inner])
}

function examples({ example }: Fields): Fields {
  return example === undefined ? {} : { examples: [example] }
}

/** In 3.0 the exclusive bounds are truths beside the others. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Fields): Fields {
  return {
    ...(typeof exclusiveMinimum === 'boolean' && { exclusiveMinimum: exclusiveMinimum ? minimum : undefined }),
    ...(typeof exclusiveMaximum === 'boolean' && { exclusiveMaximum: exclusiveMaximum ? maximum : undefined }),
  }
}

function nullable({ nullable: isNullable, type, enum: values }: Fields): Fields {
  if (isNullable !== true || type === undefined) return {}
  return {
    type: [type, 'null'],
    ...(Array.isArray(values) && !values.includes(null) && { enum: [...values, null] }),
  }
}
