import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { GatewayError, type Place } from '../../gateway/errors.ts'
import type { XmlBytes } from '../libxml2/document.ts'
import { checkDocument, type Invalid } from './xsd-check.ts'
import { plainMessage } from './xsd-errors.ts'
import { hasSlowPattern } from './xsd-patterns.ts'
import { locateElements } from './xsd-places.ts'
import { compileXsd, type XsdSchema } from './xsd-schema.ts'
import { checkApart } from './xsd-thread.ts'

/**
 * Returns where the XML fits its schema; throws SCHEMA_INVALID with every place that does not (at most 50, and their count), and NOT_READABLE.
 * At once, but for what may take long: large documents, and schemas with patterns that a value may make slow. These take a promise, which does the same.
 */
export type XsdValidator = (bytes: Uint8Array, contentType?: string) => void | Promise<void>

/** What is larger takes more than some ten milliseconds. */
const LARGE_BYTES = 256 * 1024
const validators = new WeakMap<Project, Map<string, XsdValidator>>()

/** The validator of a schema file; undefined, and faults at the path, where the schema is of no use. Compiled once for all who name the file. Needs prepareTransformers first. */
export function createXsdValidator(project: Project, file: string, path: Path): XsdValidator | undefined {
  const known = validators.get(project) ?? new Map<string, XsdValidator>()
  validators.set(project, known)
  const ready = known.get(file)
  if (ready) return ready
  const schema = compileXsd(project, file, path)
  const made = schema && validatorOf(schema)
  if (made) known.set(file, made)
  return made
}

function validatorOf(schema: XsdSchema): XsdValidator {
  const isSlow = hasSlowPattern(Object.values(schema.files))
  return (bytes, contentType) => {
    const source = { bytes, contentType }
    const why = isSlow ? 'slow' : bytes.length > LARGE_BYTES ? 'large' : undefined
    if (why) return checkApart(schema, source, why).then(invalid => refuse(schema, source, invalid))
    refuse(schema, source, checkDocument(schema, source))
  }
}

function refuse(schema: XsdSchema, source: XmlBytes, invalid: Invalid | undefined): void {
  if (invalid) throw told(schema, source, invalid)
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
