import type { Path } from '../config/faults.ts'
import { modelFiles } from '../config/files.ts'
import type { Project } from '../config/project.ts'
import type { OptionSchema } from '../gateway/options.ts'
import type { MadeTransformer, TransformerKind } from './transformer.ts'
import { schemaFile } from './validate/validator.ts'
import { createXsdValidator } from './validate/xsd.ts'
import { xmlOf } from './xml-content.ts'

export { createValidator, type SchemaFile, schemaFile, type Validator } from './validate/validator.ts'
export { createXsdValidator, type XsdValidator } from './validate/xsd.ts'

const file = {
  type: 'string',
  format: 'file',
  description:
    'A schema of the project, or a model by its name: a JSON Schema, draft-07 or 2020-12 (2020-12 where it names none in $schema), or an XML Schema 1.0 (`.xsd`), which checks bodies that are XML still.',
  example: 'schemas/order.schema.json',
} as const satisfies OptionSchema

/** Options of `validate`: the schema's file, bare or under `schema`. */
export const validateOptions = {
  description:
    'Checks the body against a JSON Schema or an XSD; a body that does not fit is answered with 422 SCHEMA_INVALID and every place in it.',
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
    const place = inObject ? [...path, 'schema'] : path
    const file = modelFiles(project.dir).get(name) ?? name
    return /\.xsd$/i.test(file) ? byXsd(project, file, place) : byJsonSchema(project, name, place)
  },
}

function byJsonSchema(project: Project, file: string, path: Path): MadeTransformer | undefined {
  const made = schemaFile(project, file, path)
  if (!made) return undefined
  return {
    output: made.schema,
    transform(content) {
      made.validate(content.body)
      return content
    },
  }
}

function byXsd(project: Project, file: string, path: Path): MadeTransformer | undefined {
  const check = createXsdValidator(project, file, path)
  if (!check) return undefined
  return {
    transform(content) {
      const { bytes, contentType } = xmlOf(content, `validate: ${file}`)
      const later = check(bytes, contentType)
      return later ? later.then(() => content) : content
    },
  }
}
