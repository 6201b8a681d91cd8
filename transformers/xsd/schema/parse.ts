import { GatewayError } from '../../../gateway/errors.ts'
import { decodeXml } from '../../xml/decode.ts'
import { readDocument, type XmlElement } from '../../xml/document.ts'
import { clark, XML, XSD } from '../../xml/events.ts'
import { knownSchema } from './known-schemas.ts'
import type { SchemaReport } from './report.ts'
import { checkSyntax } from './syntax.ts'

/** A schema's text, and what it is. */
export interface ParsedSchema {
  readonly text: string
  readonly root: XmlElement
}

const DRAFTS = /^http:\/\/www\.w3\.org\/(?:1999|2000\/10)\/XMLSchema$/

/** The schema that the bytes of a file are; undefined, and faults, where they are none. `namespace`: what the file is read for. */
export function parseFile(bytes: Uint8Array, file: string, namespace: string, report: SchemaReport): ParsedSchema | undefined {
  const text = readable(file, report, () => decodeXml(bytes))
  if (text === undefined) return undefined
  // The W3C's file has a DOCTYPE, which is not taken, and is the same for all.
  const known = namespace === XML && text.includes('<!DOCTYPE') ? knownSchema(XML) : undefined
  return known ? { text, root: known } : parseSchema(text, file, report)
}

/** The schema that a text is; undefined, and faults, where it is none. */
export function parseSchema(text: string, file: string, report: SchemaReport): ParsedSchema | undefined {
  const root = readable(file, report, () => readDocument(text))
  if (root) report.know(root, file)
  if (!root || !isSchema(root, report)) return undefined
  checkSyntax(root, report)
  return { text, root }
}

/** What `read` gives; where it throws for what stands in the file, a fault at that place. */
function readable<T>(file: string, report: SchemaReport, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const [place] = error.extras.errors ?? []
    const { line = 1, column = 1, message = error.detail } = place ?? {}
    report.in(file, { line, column }, message, 'Mend the file, or ask its owner for one that is well-formed XML.')
    return undefined
  }
}

function isSchema(root: XmlElement, report: SchemaReport): boolean {
  if (root.ns === XSD && root.local === 'schema') return true
  const draft = DRAFTS.test(root.ns) ? `; ${root.ns} is a draft from before the standard` : ''
  report.at(root, `the root is ${clark(root)}; expected is schema of ${XSD}${draft}`)
  return false
}
