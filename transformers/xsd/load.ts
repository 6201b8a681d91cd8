import { posix } from 'node:path'
import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { attribute } from '../xml/document.ts'
import { clark } from '../xml/events.ts'
import type { ElementDeclaration, SchemaSet } from './model.ts'
import { globalAttribute } from './schema/attributes.ts'
import { builtinTypes } from './schema/builtins.ts'
import { type Components, createComponents } from './schema/components.ts'
import { type ReadSchema, readSchemas, type SchemaSource } from './schema/documents.ts'
import { createSchemaReport, type SchemaReport } from './schema/report.ts'
import { collectSymbols, qnameOf, type Symbols } from './schema/symbols.ts'

type Loading = Pick<Project, 'dir' | 'faults'>

const loaded = new WeakMap<Loading, Map<string, SchemaSet | undefined>>()

/** A schema file of the project with all that it imports and includes. Undefined, and faults at `path` that begin with file, line and column, where it cannot be used. Read once a project, its faults told once. */
export function loadSchemas(project: Loading, file: string, path: Path): SchemaSet | undefined {
  const known = loaded.get(project) ?? new Map<string, SchemaSet | undefined>()
  loaded.set(project, known)
  const name = posix.normalize(file)
  if (!known.has(name)) {
    const report = createSchemaReport(project, path)
    known.set(name, setOf(readSchemas(project, report, [], [name]), report))
  }
  return known.get(name)
}

/** The schemas that stand inside a WSDL as one set; of several in one file each has the file's name with `#schema1`, `#schema2` and so on. */
export function loadEmbedded(project: Loading, sources: readonly SchemaSource[], path: Path): SchemaSet | undefined {
  const report = createSchemaReport(project, path)
  const named = sources.map((source, index) => ({ ...source, name: `${source.file}#schema${index + 1}` }))
  return setOf(readSchemas(project, report, named, []), report)
}

function setOf(schemas: readonly ReadSchema[], report: SchemaReport): SchemaSet | undefined {
  const symbols = collectSymbols(schemas, report)
  const components = createComponents(symbols, report)
  const own = [...symbols.type].map(([key, symbol]) => [key, components.global(symbol)] as const)
  const types = new Map([...builtinTypes, ...own])
  const elements = new Map([...symbols.element].map(([key, { element, schema }]) => [key, components.element(element, schema)]))
  const attributes = new Map(
    [...symbols.attribute].map(([key, { element, schema }]) => [key, globalAttribute(element, schema, components)]),
  )
  components.finish()
  const members = membersOf(symbols, elements, components)
  if (report.count > 0) return undefined
  const documents = schemas.map(({ root: _, namespace: __, ...document }) => document)
  return { elements, attributes, types, documents, substitutes: createSubstitutes(members) }
}

type Members = ReadonlyMap<ElementDeclaration, readonly ElementDeclaration[]>

/** The elements that name each head. */
function membersOf({ element }: Symbols, elements: ReadonlyMap<string, ElementDeclaration>, { report }: Components): Members {
  const members = new Map<ElementDeclaration, ElementDeclaration[]>()
  for (const [key, { element: at, schema }] of element) {
    const text = attribute(at, 'substitutionGroup')
    const head = text === undefined ? undefined : qnameOf(at, text, schema, report)
    const [found, own] = [head && elements.get(clark(head)), elements.get(key)]
    if (head && !found) report.at(at, `substitutionGroup names ${clark(head)}, which no schema declares`)
    if (found && own) members.set(found, [...(members.get(found) ?? []), own])
  }
  return members
}

function createSubstitutes(members: Members): SchemaSet['substitutes'] {
  const known = new Map<ElementDeclaration, readonly ElementDeclaration[]>()
  return head => {
    const made = known.get(head) ?? [...group(head, members, new Set())].filter(({ abstract }) => !abstract)
    known.set(head, made)
    return made
  }
}

function group(head: ElementDeclaration, members: Members, into: Set<ElementDeclaration>): Set<ElementDeclaration> {
  if (into.has(head)) return into
  into.add(head)
  for (const member of members.get(head) ?? []) group(member, members, into)
  return into
}
