import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { GatewayError, type Place } from '../../gateway/errors.ts'
import { withDocument, type XmlBytes } from '../libxml2/document.ts'
import { type Library, libxml2, readError, takeText } from '../libxml2/library.ts'
import { plainMessage } from './xsd-errors.ts'
import { locateElements } from './xsd-places.ts'
import { compileXsd, type XsdSchema } from './xsd-schema.ts'

/** Returns where the XML fits its schema; throws SCHEMA_INVALID with every place that does not (at most 50, and their count), and NOT_READABLE. */
export type XsdValidator = (bytes: Uint8Array, contentType?: string) => void

/** All that is wrong with bytes that a typed reading refused: SCHEMA_INVALID or NOT_READABLE; undefined where libxml2 finds nothing. */
export type Explanation = (bytes: Uint8Array, contentType?: string) => GatewayError | undefined

interface Invalid {
  readonly count: number
  readonly found: readonly Found[]
}

interface Found {
  readonly message: string
  readonly line: number
  /** libxml2's path to the element or attribute; '' for none. */
  readonly path: string
}

const MAX_PLACES = 50
const validators = new WeakMap<Project, Map<string, XsdValidator | undefined>>()

/** The validator of a schema file; undefined, and faults at the path, where the schema is of no use. Compiled once for all who name the file. Needs prepareTransformers first. */
export function createXsdValidator(project: Project, file: string, path: Path): XsdValidator | undefined {
  const known = validators.get(project) ?? new Map<string, XsdValidator | undefined>()
  validators.set(project, known)
  const ready = known.get(file)
  if (ready) return ready
  const schema = compileXsd(project, file, path)
  const made = schema && validatorOf(schema)
  if (made) known.set(file, made)
  return made
}

/** For sources whose typed reading stops at the first fault; undefined, and faults at the path, where the schema is of no use. Needs prepareTransformers first. */
export function explainInvalid(project: Project, file: string, path: Path): Explanation | undefined {
  const validate = createXsdValidator(project, file, path)
  return (
    validate &&
    ((bytes, contentType) => {
      try {
        return void validate(bytes, contentType)
      } catch (error) {
        if (error instanceof GatewayError) return error
        throw error
      }
    })
  )
}

function validatorOf(schema: XsdSchema): XsdValidator {
  return (bytes, contentType) => {
    const source = { bytes, contentType }
    const invalid = withDocument(source, document => check(libxml2(), schema, document))
    if (invalid) throw told(schema, source, invalid)
  }
}

function check(library: Library, { address }: XsdSchema, document: number): Invalid | undefined {
  const context = library._xmlSchemaNewValidCtxt(address)
  const errors = collecting(library)
  try {
    library._xmlSchemaSetValidStructuredErrors(context, errors.callback, 0)
    const result = library._xmlSchemaValidateDoc(context, document)
    const invalid = errors.take()
    if (result < 0) throw new Error('libxml2 could not validate the document')
    return result > 0 ? invalid : undefined
  } finally {
    library._xmlSchemaFreeValidCtxt(context)
  }
}

interface Collecting {
  /** Its address in the library. */
  readonly callback: number
  take(): Invalid
}

let collector: Collecting | undefined

/** One for the process: what it is given is taken before the next validation. The path of an element is looked for among all beside it, so that a hundred thousand of them would take hours. */
function collecting(library: Library): Collecting {
  if (collector) return collector
  let found: Found[] = []
  let count = 0
  const callback = library.addFunction((_: number, error: number) => {
    if (++count > MAX_PLACES) return
    const { message, line, node } = readError(library, error)
    found.push({ message, line, path: node === 0 ? '' : takeText(library, library._xmlGetNodePath(node)) })
  }, 'vii')
  collector = {
    callback,
    take() {
      const taken = { count, found }
      if (count > 0) found = []
      count = 0
      return taken
    },
  }
  return collector
}

function told({ file }: XsdSchema, source: XmlBytes, { count, found }: Invalid): GatewayError {
  const places = locateElements(
    source,
    found.map(({ path }) => elementOf(path)),
  )
  const errors = found.map(({ message, line, path }): Place => {
    const place = places.get(elementOf(path))
    const at = place ? { line: place.line, column: place.column, xpath: `${place.xpath}${path.slice(elementOf(path).length)}` } : { line }
    return { ...at, ...plainMessage(message) }
  })
  const [first] = errors
  const more = count > 1 ? ` (and ${count - 1} more)` : ''
  const detail = `the body does not fit ${file}: line ${first?.line}, ${first?.xpath ?? 'the document'}: ${first?.message}${more}`
  return new GatewayError('SCHEMA_INVALID', detail, { errors, errorCount: count })
}

function elementOf(path: string): string {
  return path.replace(/\/@[^/]*$/, '')
}
