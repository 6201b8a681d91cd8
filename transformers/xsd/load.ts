import { posix } from 'node:path'
import type { Path } from '../../config/faults.ts'
import { modelFiles } from '../../config/files.ts'
import type { Project } from '../../config/project.ts'
import { clark } from '../xml/events.ts'
import type { SchemaDocument, SchemaSet } from './model.ts'
import { builtinTypes } from './schema/builtins.ts'
import { createComponents } from './schema/components.ts'
import { type ReadSchema, readEmbedded, readSchemaFile, type SchemaSource } from './schema/documents.ts'
import { createSchemaReport, type SchemaReport } from './schema/report.ts'
import { substitutionGroups } from './schema/substitution.ts'
import { collectSymbols } from './schema/symbols.ts'

type Loading = Pick<Project, 'dir' | 'faults'>

const loaded = new WeakMap<Loading, Map<string, SchemaSet | undefined>>()

/** A schema file of the project, or the model of that name, with all that it imports and includes. Undefined, and faults at `path` that begin with file, line and column, where it cannot be used. Read once a project, its faults told once. */
export function loadSchemas(project: Loading, file: string, path: Path): SchemaSet | undefined {
  const known = loaded.get(project) ?? new Map<string, SchemaSet | undefined>()
  loaded.set(project, known)
  const name = posix.normalize(file.includes('.') ? file : (modelFiles(project.dir).get(file) ?? file))
  if (!known.has(name)) {
    const report = createSchemaReport(project, path)
    known.set(name, setOf(readSchemaFile(project, name, report), report))
  }
  return known.get(name)
}

/** The schemas that stand inside a WSDL as one set; each has the file's name with `#schema1`, `#schema2` and so on. */
export function loadEmbedded(project: Loading, sources: readonly SchemaSource[], path: Path): SchemaSet | undefined {
  const report = createSchemaReport(project, path)
  return setOf(readEmbedded(project, sources, report), report)
}

function setOf(schemas: readonly ReadSchema[], report: SchemaReport): SchemaSet | undefined {
  // What is missing or misspelt would be told once more wherever it is referred to.
  if (report.count > 0) return undefined
  const symbols = collectSymbols(schemas, report)
  const components = createComponents(symbols, report)
  components.finish()
  const substitutes = substitutionGroups(components)
  if (report.count > 0) return undefined
  const types = [...symbols.type].map(([key, symbol]) => [key, components.global(symbol)] as const)
  const attributes = [...symbols.attribute].map(([key, symbol]) => [key, components.attribute(symbol)] as const)
  const elements = [...symbols.element.values()].flatMap(({ element, schema }) =>
    schema.known ? [] : (components.element(element, schema) ?? []),
  )
  return {
    elements: new Map(elements.map(element => [clark(element.name), element])),
    attributes: new Map(attributes),
    types: new Map([...builtinTypes, ...types]),
    substitutes,
    documents: documentsOf(schemas),
  }
}

/** A chameleon is one document, whatever namespaces it takes. */
function documentsOf(schemas: readonly ReadSchema[]): readonly SchemaDocument[] {
  const documents = new Map<string, SchemaDocument>()
  for (const { file, targetNamespace, text, references, known } of schemas) {
    if (!known && !documents.has(file)) documents.set(file, { file, targetNamespace, text, references })
  }
  return [...documents.values()]
}
