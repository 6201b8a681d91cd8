import type { Path } from '../../config/faults.ts'
import { modelFiles } from '../../config/files.ts'
import type { JsonSchema, Project } from '../../config/project.ts'
import { namesOf, onlyRoot, rootNamed } from '../formats/xml-roots.ts'
import { bundleSchema } from '../validate/bundle.ts'
import { createElementCodec } from '../xsd/codec/codec.ts'
import { loadSchemas } from '../xsd/load.ts'
import type { ElementDeclaration, SchemaSet } from '../xsd/model.ts'

const MOST_NAMES = 12

/** One schema for each element, so that who asks again gets the same. */
const made = new WeakMap<ElementDeclaration, JsonSchema>()

/**
 * The schema that a mapping's `from` or `to` names: a JSON Schema, or one element of an XML Schema (`schemas/order.xsd#Order`, without `#` where
 * the file declares but one) as the body that its XML becomes. Undefined, and faults at the path, where it is of no use.
 */
export function schemaOf(project: Project, name: string, path: Path): JsonSchema | undefined {
  const [file, element] = parted(name)
  const found = modelFiles(project.dir).get(file) ?? file
  if (/\.xsd$/i.test(found)) return elementSchema(project, { file: found, element }, path)
  if (!/\.wsdl$/i.test(found)) return bundleSchema(project, name, path)
  const mend = 'Put its types into an .xsd that the WSDL imports, and name an element of that: `schemas/FILE.xsd#Element`.'
  return void project.faults.add('SCHEMA', path, `${file} is a WSDL; a mapping's types are a JSON Schema or an XSD`, { mend })
}

/** `{namespace}Name` may hold a `#` itself. */
function parted(name: string): readonly [file: string, element?: string] {
  const at = name.indexOf('#')
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)]
}

interface Named {
  readonly file: string
  readonly element: string | undefined
}

function elementSchema(project: Project, { file, element }: Named, path: Path): JsonSchema | undefined {
  const set = loadSchemas(project, file, path)
  if (!set) return undefined
  const root = element === undefined ? onlyOf(set, file) : rootNamed(set, element)
  if (typeof root === 'string') return void project.faults.add('UNKNOWN_NAME', path, element === undefined ? root : `${file}: ${root}`)
  const known = made.get(root) ?? createElementCodec(set, root).schema
  made.set(root, known)
  return known
}

function onlyOf(set: SchemaSet, file: string): ElementDeclaration | string {
  const only = onlyRoot(set)
  if (only) return only
  const names = namesOf(set)
  if (names.length === 0) return `${file} declares no element globally`
  const shown = names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')}, ...` : names.join(', ')
  return `${file} declares ${names.length} elements, of which one is to be named, such as ${file}#${names[0]} (known: ${shown})`
}
