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

/** In a folder of the service's own and in JSON Schema 2020-12, from the words of OpenAPI 3.0 or 3.1. */
export function createSchemaFiles(description: Description, label: string): SchemaFiles {
  const folder = `schemas/${label}/`
  const names = new Map<string, string>()
  const files = new Map<string, unknown>()
  const free = createNames()

  function fileOf(schema: Located, wanted: string): string {
    const known = names.get(schema.at)
    if (known !== undefined) return known
    const file = `${free(xmlName(wanted, 'schema'))}.schema.json`
    names.set(schema.at, file)
    files.set(folder + file, true)
    files.set(folder + file, { $schema: DRAFT, ...convert(schema) })
    return file
  }

  function convert(part: Located): Fields {
    const { $ref } = part.value
    const here = typeof $ref === 'string' ? { $ref: refOf(part, $ref) } : {}
    const rest = Object.entries(part.value).filter(([name]) => name !== '$ref' && !OPENAPI.has(name) && !name.startsWith('x-'))
    const inner = Object.fromEntries(rest.map(([name, value]) => [name, within(part, name, value)]))
    return { ...here, ...inner, ...examples(part.value), ...bounds(part.value), ...required(part), ...nullable(part.value) }
  }

  function refOf(part: Located, ref: string): string {
    return encodeURIComponent(fileOf(description.follow(part), decodeURIComponent(ref.replace(/^.*[/#]/, ''))))
  }

  function within(part: Located, name: string, value: unknown): unknown {
    if (LITERAL.has(name)) return value
    const at = `${part.at}/${name}`
    if (BY_NAME.has(name) && isFields(value)) return byName(part, at, value)
    if (Array.isArray(value))
      return value.map((item, index) => (isFields(item) ? convert({ ...part, value: item, at: `${at}/${index}` }) : item))
    return isFields(value) ? convert({ ...part, value, at }) : value
  }

  function byName(part: Located, at: string, value: Fields): Fields {
    const all = Object.entries(value)
    return Object.fromEntries(
      all.map(([key, item]) => [key, isFields(item) ? convert({ ...part, value: item, at: `${at}/${key}` }) : item]),
    )
  }

  // What the service itself fills in is not required of callers.
  function required(part: Located): Fields {
    const names = listOf(part.value.required).map(String)
    if (names.length === 0) return {}
    const properties = description.member(part, 'properties')
    const declared = namesIn(part, description)
    const isGiven = (name: string) => {
      // What nobody describes cannot be given, and is left to the service to refuse.
      if (!declared.has(name)) return false
      const { readOnly, writeOnly } = description.follow(description.member(properties, name)).value
      return readOnly !== true && writeOnly !== true
    }
    return { required: names.filter(isGiven) }
  }

  return {
    add(schema, wanted) {
      const { $ref } = schema.value
      const isRef = typeof $ref === 'string'
      const target = isRef ? description.follow(schema) : schema
      return folder + fileOf(target, isRef ? decodeURIComponent($ref.replace(/^.*[/#]/, '')) : wanted)
    },
    files: () => files,
  }
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
