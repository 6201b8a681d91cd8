import type { OptionSchema } from '../gateway/options.ts'
import type { TransformerKind } from './transformer.ts'
import { schemaFile } from './validate/validator.ts'

export { createValidator, type SchemaFile, schemaFile, type Validator } from './validate/validator.ts'

const file = {
  type: 'string',
  format: 'file',
  description: 'A JSON Schema of the project, draft-07 or 2020-12 (2020-12 where it names none in $schema).',
  example: 'schemas/order.schema.json',
} as const satisfies OptionSchema

/** Options of `validate`: the schema's file, bare or under `schema`. */
export const validateOptions = {
  description: 'Checks the body against a JSON Schema; a body that does not fit is answered with 422 SCHEMA_INVALID and every place in it.',
  anyOf: [file, { type: 'object', additionalProperties: false, required: ['schema'], properties: { schema: file } }],
} as const satisfies OptionSchema

/** Checks the body, and lets it through as it is. */
export const validate: TransformerKind = {
  name: 'validate',
  options: validateOptions,
  create(value, { project, path }) {
    const inObject = typeof value === 'object' && value !== null && 'schema' in value
    const name = inObject ? value.schema : value
    if (typeof name !== 'string') return undefined
    const made = schemaFile(project, name, inObject ? [...path, 'schema'] : path)
    if (!made) return undefined
    return {
      output: made.schema,
      transform(content) {
        made.validate(content.body)
        return content
      },
    }
  },
}
