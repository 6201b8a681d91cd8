import { type ConfigSchema, NAME_PATTERN } from './form.ts'
import { type Registries, wholeSchema } from './schema.ts'
import { given } from './value.ts'

type Json = Readonly<Record<string, unknown>>

const PATTERNS: Readonly<Record<string, string>> = {
  duration: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$',
  size: '^\\d+(\\.\\d+)?(B|KB|MB|GB)$',
  address: ':\\d{1,5}$',
  url: '^[A-Za-z][A-Za-z0-9+.-]*://',
}
const REFERENCE = { $ref: '#/$defs/reference' }
const reference = {
  type: 'string',
  pattern: '\\$\\{(env|file):',
  description: 'A reference: `$' + '{env:NAME}`, `$' + '{env:NAME:-default}` or `$' + '{file:PATH}`.',
}

/** The JSON Schema (2020-12) of waybill.yaml for editors; each definition is that of a file in a folder of the project. */
export function gatewaySchema(registries: Registries): Json {
  const { root, definitions } = wholeSchema(registries)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://waybill.example/gateway.schema.json',
    title: 'A Waybill project (waybill.yaml)',
    ...schemaOf(root),
    $defs: { ...mapSchemas(definitions), reference },
  }
}

function mapSchemas(schemas: Readonly<Record<string, ConfigSchema>>): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaOf(schema)]))
}

function schemaOf(schema: ConfigSchema): Json {
  const { description, default: fallback, example } = schema
  const about = {
    ...given('description', description),
    ...given('default', fallback),
    ...(example === undefined ? {} : { examples: [example] }),
  }
  const form = formOf(schema)
  return takesReference(schema) ? { ...about, anyOf: [form, REFERENCE] } : { ...about, ...form }
}

/** Values that a reference may stand for though its own text does not fit. */
function takesReference({ type, format, pattern }: ConfigSchema): boolean {
  if (type === 'number' || type === 'integer' || type === 'boolean') return true
  return pattern !== undefined || (format !== undefined && format in PATTERNS)
}

function formOf(schema: ConfigSchema): Json {
  const { byKey, anyOf, items, properties, additionalProperties, format } = schema
  if (byKey)
    return {
      anyOf: Object.entries(byKey).map(([key, form]) => ({ ...schemaOf(form), required: [...new Set([key, ...(form.required ?? [])])] })),
    }
  const { $ref, type, enum: values, const: value, pattern, minLength, minimum, maximum, minItems, required, minProperties } = schema
  return {
    ...given('$ref', $ref),
    ...given('type', type),
    ...given('enum', values),
    ...given('const', value),
    ...given('pattern', pattern ?? PATTERNS[format ?? '']),
    ...given('minLength', minLength),
    ...given('minimum', minimum),
    ...given('maximum', maximum),
    ...given('minItems', minItems),
    ...given('items', items && schemaOf(items)),
    ...given('minProperties', minProperties),
    ...given('required', required),
    ...given('properties', properties && mapSchemas(properties)),
    ...given('propertyNames', schema.names && { pattern: NAME_PATTERN }),
    ...given('additionalProperties', additionalProperties ? schemaOf(additionalProperties) : additionalProperties),
    ...given('anyOf', anyOf?.map(schemaOf)),
  }
}
