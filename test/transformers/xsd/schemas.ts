import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import type { Path } from '../../../config/faults.ts'
import type { Project } from '../../../config/project.ts'
import { loadEmbedded, loadSchemas } from '../../../transformers/xsd/load.ts'
import type { SchemaSet } from '../../../transformers/xsd/model.ts'

/** Files by their names; the first is the one that is asked for. */
export type Files = Readonly<Record<string, string>>

export const NS = 'urn:t'
const OPEN = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${NS}" targetNamespace="${NS}" elementFormDefault="qualified"`

/** A schema of the namespace `urn:t`, its first line the root's tag. */
export function schema(content: string, attributes = ''): string {
  return `${OPEN}${attributes === '' ? '' : ` ${attributes}`}>\n${content}\n</xs:schema>`
}

export interface Loaded {
  readonly set: SchemaSet | undefined
  readonly faults: readonly string[]
}

/** What the loader makes of the files. */
export function load(files: Files): Loaded {
  return inFolder(files, dir => loadIn(dir, first(files)))
}

/** The set of a schema that has no faults; throws where it has some. */
export function loaded(content: string, more: Files = {}): SchemaSet {
  const { set, faults } = load({ 'a.xsd': schema(content), ...more })
  if (!set) throw new Error(faults.join('\n'))
  return set
}

export function loadIn(dir: string, file: string): Loaded {
  const { project, faults } = projectAt(dir)
  const set = loadSchemas(project, file, PATH)
  return { set, faults }
}

/** What the loader makes of schemas inside a WSDL, beside the files. */
export function embed(schemas: readonly string[], files: Files = {}): Loaded {
  return inFolder(files, dir => {
    const { project, faults } = projectAt(dir)
    const set = loadEmbedded(
      project,
      schemas.map(text => ({ file: 'w/a.wsdl', text })),
      PATH,
    )
    return { set, faults }
  })
}

/** Undefined where libxml2 takes the schema and the documents, else what it says. */
export function libxml2(files: Files, documents: readonly string[] = []): string | undefined {
  xmlRegisterFsInputProviders()
  return inFolder(files, dir => {
    const file = first(files)
    let source: XmlDocument | undefined
    try {
      source = XmlDocument.fromString(files[file] ?? '', { url: pathToFileURL(join(dir, file)).href })
      const validator = XsdValidator.fromDoc(source)
      try {
        return documents.map(document => refusal(validator, document)).find(text => text !== undefined)
      } finally {
        validator.dispose()
      }
    } catch (error) {
      return String(error)
    } finally {
      source?.dispose()
    }
  })
}

function refusal(validator: XsdValidator, text: string): string | undefined {
  const document = XmlDocument.fromString(text)
  try {
    validator.validate(document)
    return undefined
  } catch (error) {
    return String(error)
  } finally {
    document.dispose()
  }
}

const PATH: Path = ['routes', 'r', 'from', 'schema']

function projectAt(dir: string): { project: Pick<Project, 'dir' | 'faults'>; faults: string[] } {
  const faults: string[] = []
  const add = (_code: string, _path: Path, message: string) => void faults.push(message)
  const list = () => []
  return {
    project: {
      dir,
      faults: {
        add,
        list,
        get count() {
          return faults.length
        },
      },
    },
    faults,
  }
}

function first(files: Files): string {
  return Object.keys(files)[0] ?? ''
}

function inFolder<T>(files: Files, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-xsd-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true })
      writeFileSync(join(dir, name), text)
    }
    return use(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
