import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import { inUtf8 } from '../libxml2/document.ts'
import { readProjectFile } from '../libxml2/project-file.ts'
import { attribute, childrenNamed, readDocument } from '../xml/document.ts'
import { createLibxslt } from './host.ts'
import { compileSheet, type SheetFiles } from './sheet.ts'
import type { SheetFault } from './sheet-faults.ts'

/** A stylesheet that compiles, with all files that it includes. */
export interface Sheet extends SheetFiles {
  /** Of what it yields. */
  readonly contentType: string
  readonly charset: Charset
}

/** That what it yields is written in. */
export type Charset = 'utf-8' | 'iso-8859-1' | 'us-ascii'

const XSL = 'http://www.w3.org/1999/XSL/Transform'
const TYPES: Readonly<Record<string, string>> = { text: 'text/plain', html: 'text/html' }
const MAX_MEMORY_BYTES = 64 * 1024 * 1024
const MEND = 'Mend the stylesheet: XSLT 1.0 with EXSLT, with all files that it includes or imports inside the project.'

/** Reads and compiles a stylesheet of the project; undefined, and faults at the path with file and line, where it is of no use. */
export function loadSheet(project: Project, file: string, path: Path): Sheet | undefined {
  const bytes = readProjectFile(project, file)
  if ('code' in bytes) return void project.faults.add(bytes.code, path, bytes.message, bytes.mend === undefined ? {} : { mend: bytes.mend })
  const wrong: string[] = []
  const sheet = compile(project, file, { bytes, wrong })
  for (const message of wrong) project.faults.add('SCHEMA', path, message, { mend: MEND })
  return sheet
}

interface Compiling {
  readonly bytes: Uint8Array
  readonly wrong: string[]
}

function compile(project: Project, file: string, { bytes, wrong }: Compiling): Sheet | undefined {
  const files: Record<string, Uint8Array> = {}
  const read = (name: string, found: Uint8Array): Uint8Array | undefined => {
    const fault = unreadable(found)
    if (fault === undefined) files[name] = inUtf8({ bytes: found })
    else wrong.push(`${name}: ${fault}`)
    return files[name]
  }
  const open = (name: string): Uint8Array | undefined => {
    const found = readProjectFile(project, unescaped(name))
    if (!('code' in found)) return read(name, found)
    wrong.push(`${file}: ${found.message}`)
    return undefined
  }
  const text = read(file, bytes)
  if (!text) return undefined
  const made = compileSheet(createLibxslt(open, MAX_MEMORY_BYTES), file, text)
  const output = outputOf(text)
  if ('fault' in output) wrong.push(`${file}: ${output.fault}`)
  if ('sheet' in made && 'charset' in output) return { file, files, ...output }
  if ('faults' in made && wrong.length === 0) wrong.push(...made.faults.map(told))
  return undefined
}

function told({ file, line, message }: SheetFault): string {
  return `${file}${line === undefined ? '' : ` line ${line}`}: ${message}`
}

function unreadable(bytes: Uint8Array): string | undefined {
  try {
    readDocument(bytes)
    return undefined
  } catch (error) {
    return asGatewayError(error).detail
  }
}

/** As its xsl:output says (XSLT 1.0, section 16). */
function outputOf(sheet: Uint8Array): Pick<Sheet, 'contentType' | 'charset'> | { readonly fault: string } {
  const [output] = childrenNamed(readDocument(sheet), XSL, 'output')
  const said = (name: string): string | undefined => output && attribute(output, name)
  const method = said('method') ?? 'xml'
  const type = said('media-type') ?? TYPES[method] ?? 'application/xml'
  const charset = said('encoding')?.toLowerCase() ?? 'utf-8'
  if (charset === 'utf-8') return { charset, contentType: type.startsWith('text/') ? `${type}; charset=utf-8` : type }
  if (method === 'xml' && (charset === 'iso-8859-1' || charset === 'us-ascii'))
    return { charset, contentType: `${type}; charset=${charset}` }
  return { fault: `its xsl:output asks for ${charset}; written are UTF-8, and XML also in ISO-8859-1 and US-ASCII` }
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
