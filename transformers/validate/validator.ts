import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Path } from '../../config/faults.ts'
import type { JsonSchema, Project } from '../../config/project.ts'
import { GatewayError, type Place } from '../../gateway/errors.ts'
import { bundleSchema, DRAFT_07, DRAFT_2020, draftOf } from './bundle.ts'
import { replaceKeywords, type ValidationContext } from './keywords.ts'
import { linearPattern } from './patterns.ts'
import { holdsExactNumber, plainNumbers } from './plain-numbers.ts'

/** Returns where the body fits its schema; throws SCHEMA_INVALID with every place that does not (at most 50, and their count). */
export type Validator = (body: unknown) => void

/** A schema file of the project, ready for use: all files that it refers to inside it. */
export interface SchemaFile {
  readonly validate: Validator
  readonly schema: JsonSchema
}

const MAX_PLACES = 50
const MAX_TEXT = 300
/** In a larger body only the first fault is looked for: a list of a million wrong items would make a million error objects. */
const MAX_VALUES = 10_000

const ready = new WeakMap<JsonSchema, SchemaFile>()

/** The validator of a schema file; undefined, and faults at the path, where file or schema are of no use. Compiled once for all who name the file. */
export function schemaFile(project: Project, file: string, path: Path): SchemaFile | undefined {
  const schema = bundleSchema(project, file, path)
  if (!schema) return undefined
  const known = ready.get(schema)
  if (known) return known
  try {
    const made = { schema, validate: createValidator(schema, file) }
    ready.set(schema, made)
    return made
  } catch (error) {
    project.faults.add('SCHEMA', path, `${file}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

/** A validator for a schema whose references are all local; `name` is what the sender is told the schema is called. Throws Error where the schema is not valid. */
export function createValidator(schema: JsonSchema, name = 'the schema'): Validator {
  const quick = compile(schema, false)
  const thorough = once(() => compile(schema, true))
  return body => {
    if (!holdsExactNumber(body)) {
      if (!quick(body)) throw invalid(body, quick, thorough, name)
      return
    }
    const { value, bent } = plainNumbers(body)
    const context: ValidationContext = bent ? { bent } : {}
    if (bent ? !thorough().call(context, value) : !quick(value)) throw invalid(value, bent ? thorough() : quick, thorough, name, context)
  }
}

/** Each schema has an engine of its own: they share nothing, and nothing stays when a config is replaced. */
function compile(schema: JsonSchema, thorough: boolean): ValidateFunction {
  const draft = draftOf(schema)
  if (!draft) throw new Error(`of ${String(schema.$schema)}; allowed are draft-07 and 2020-12`)
  const judge = judges[draft]()
  if (!judge.validateSchema(schema)) throw new Error(`schema is invalid: ${judge.errorsText(judge.errors, { dataVar: 'schema' })}`)
  return engine(draft, thorough).compile(schema)
}

const judges = { [DRAFT_07]: once(() => engine(DRAFT_07, false)), [DRAFT_2020]: once(() => engine(DRAFT_2020, false)) }

function engine(draft: string, thorough: boolean): Ajv {
  const regExp = Object.assign(linearPattern, { code: 'linearPattern' })
  const options = { strict: false, logger: false, validateSchema: false, addUsedSchema: false, code: { regExp } } as const
  const all = { ...options, allErrors: thorough, verbose: thorough, passContext: thorough }
  const ajv = draft === DRAFT_07 ? new Ajv(all) : new Ajv2020(all)
  formats.default(ajv)
  ajv.addFormat('url', { type: 'string', validate: text => /^(?:https?|ftp):\/\//i.test(text) && URL.canParse(text) })
  replaceKeywords(ajv, { exact: thorough })
  return ajv
}

function invalid(body: unknown, ran: ValidateFunction, thorough: () => ValidateFunction, name: string, context: ValidationContext = {}) {
  const large = countValues(body, MAX_VALUES) >= MAX_VALUES
  const validate = large ? ran : thorough()
  if (!large && validate !== ran) validate.call(context, body)
  const found = validate.errors ?? ran.errors ?? []
  const errors = found.slice(0, MAX_PLACES).map(placeOf)
  const [first] = errors
  const more = large
    ? '; the body is large, so only the first fault was looked for'
    : found.length > 1
      ? ` (and ${found.length - 1} more)`
      : ''
  const detail = `the body does not fit ${name}: ${first?.pointer || 'the body'} ${first?.message}${more}`
  return new GatewayError('SCHEMA_INVALID', detail, { errors, errorCount: found.length })
}

/** ajv's error as a place of the body. The sender's own texts are clipped, its values are not repeated. */
function placeOf({ instancePath, keyword, message = keyword, params, data }: ErrorObject): Place {
  return { pointer: clip(instancePath), rule: keyword, message: clip(`${message}${more(keyword, params, data)}`) }
}

function more(keyword: string, params: Readonly<Record<string, unknown>>, data: unknown): string {
  if (keyword === 'type' && data !== undefined) return `, not ${kindOf(data)}`
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `: ${params.allowedValues.map(value => JSON.stringify(value)).join(', ')}`
  if (keyword === 'const') return `: ${JSON.stringify(params.allowedValue)}`
  const extra = params.additionalProperty ?? params.unevaluatedProperty
  return extra === undefined ? '' : `: ${JSON.stringify(extra)}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}

/** How many values there are within the body; stops counting at the limit. */
function countValues(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  for (const item of Object.values(value)) {
    count += countValues(item, limit - count)
    if (count >= limit) return count
  }
  return count
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
