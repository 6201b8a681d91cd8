import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import { parseDocument } from '../libxml2/document.ts'
import { type LibraryError, libxml2, readError } from '../libxml2/library.ts'
import { readProjectFile } from '../libxml2/project-file.ts'
import { plainMessage } from './xsd-errors.ts'
import { type Serving, serveWhile } from './xsd-files.ts'

/** A schema file and all that it includes and imports, by their names. */
export interface XsdFiles {
  readonly file: string
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** A schema that libxml2 has compiled; freed when nothing refers to it any more. */
export interface XsdSchema extends XsdFiles {
  readonly address: number
}

/** What the library holds for it; the schema refers to its document. */
interface Owned {
  readonly address: number
  readonly document: number
}

const MAX_FAULTS = 20
const freed = new FinalizationRegistry(free)

const MEND = 'Mend the schema: XML Schema 1.0, with all files that it includes or imports inside the project.'

/** Compiles a schema of the project with all that it includes and imports; undefined, and faults at the path with file and line, where it is of no use. */
export function compileXsd(project: Project, file: string, path: Path): XsdSchema | undefined {
  const bytes = readProjectFile(project, file)
  if ('code' in bytes) return void project.faults.add(bytes.code, path, bytes.message, bytes.mend === undefined ? {} : { mend: bytes.mend })
  const compiled = compile(file, bytes, name => readProjectFile(project, name))
  if ('address' in compiled) return compiled
  for (const message of compiled.wrong.slice(0, MAX_FAULTS)) project.faults.add('SCHEMA', path, message, { mend: MEND })
  return undefined
}

/** Compiles a schema again from the files that it was compiled from, in another thread. Throws Error where that fails. */
export function compileFiles({ file, files }: XsdFiles): XsdSchema {
  const compiled = compile(file, files[file] ?? new Uint8Array(), name => files[name] ?? { message: `${name} was not read before` })
  if ('address' in compiled) return compiled
  throw new Error(compiled.wrong[0])
}

type Compiled = XsdSchema | { readonly wrong: readonly string[] }

function compile(file: string, bytes: Uint8Array, read: Serving['read']): Compiled {
  let document: number
  try {
    document = parseDocument({ bytes, url: file })
  } catch (error) {
    return { wrong: [`${file}: ${asGatewayError(error).detail}`] }
  }
  const files: Record<string, Uint8Array> = { [file]: bytes }
  const serving: Serving = { read: name => keep(files, name, read(name)), refused: [] }
  const { address, errors } = serveWhile(serving, () => compileAt(document))
  const wrong = [
    ...serving.refused.map(refused => `${file}: ${refused}`),
    ...errors
      .filter(({ level }) => level > 1)
      .map(error => `${error.file || file} line ${error.line}: ${plainMessage(error.message).message}`),
  ]
  if (address !== 0 && wrong.length === 0) return owned({ file, files, address }, document)
  free({ address, document })
  return { wrong: wrong.length > 0 ? [...new Set(wrong)] : [`${file} is no XML Schema that can be used`] }
}

function keep<T extends ReturnType<Serving['read']>>(files: Record<string, Uint8Array>, name: string, found: T): T {
  if (found instanceof Uint8Array) files[name] = found
  return found
}

function owned(schema: XsdSchema, document: number): XsdSchema {
  freed.register(schema, { address: schema.address, document })
  return schema
}

function free({ address, document }: Owned): void {
  const library = libxml2()
  if (address !== 0) library._xmlSchemaFree(address)
  library._xmlFreeDoc(document)
}

function compileAt(document: number): { address: number; errors: readonly LibraryError[] } {
  const library = libxml2()
  const errors: LibraryError[] = []
  const collect = library.addFunction((_: number, error: number) => {
    if (errors.length < MAX_FAULTS * 2) errors.push(readError(library, error))
  }, 'vii')
  const context = library._xmlSchemaNewDocParserCtxt(document)
  try {
    library._xmlSchemaSetParserStructuredErrors(context, collect, 0)
    return { address: library._xmlSchemaParse(context), errors }
  } finally {
    library._xmlSchemaFreeParserCtxt(context)
    library.removeFunction(collect)
  }
}
