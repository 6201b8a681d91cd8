import type { Path } from '../../../config/faults.ts'
import type { Project } from '../../../config/project.ts'
import type { XmlElement } from '../../xml/document.ts'
import type { XmlPlace } from '../../xml/events.ts'

const MOST = 50
const MEND = 'Mend the schema (XML Schema 1.0), or ask its owner.'

/** Collects what is wrong with schema files as faults of the project, each beginning with file, line and column; the same is told once. */
export interface SchemaReport {
  at(element: XmlElement, message: string, mend?: string): void
  in(file: string, place: XmlPlace, message: string, mend?: string): void
  /** Tells which file the elements below this root stand in. */
  know(root: XmlElement, file: string): void
  /** `file:line:column` of an element. */
  placeOf(element: XmlElement): string
  readonly count: number
}

/** A report for what the config names at this path. */
export function createSchemaReport(project: Pick<Project, 'faults'>, path: Path): SchemaReport {
  const files = new Map<XmlElement, string>()
  const told = new Set<string>()
  const placeOf = (element: XmlElement): string => textOf(files.get(rootOf(element)) ?? '', element.place)
  function tell(text: string, mend: string): void {
    if (told.has(text)) return
    told.add(text)
    if (told.size <= MOST) project.faults.add('SCHEMA', path, text, { mend })
  }
  return {
    placeOf,
    at: (element, message, mend = MEND) => tell(`${placeOf(element)} ${message}`, mend),
    in: (file, place, message, mend = MEND) => tell(`${textOf(file, place)} ${message}`, mend),
    know: (root, file) => void files.set(root, file),
    get count() {
      return told.size
    },
  }
}

function textOf(file: string, { line, column }: XmlPlace): string {
  return `${file}:${line}:${column}`
}

function rootOf(element: XmlElement): XmlElement {
  let root = element
  while (root.parent) root = root.parent
  return root
}

/** What was seen, in quotes, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}

/** `xs:element "Order"`: what a construct is called in messages. */
export function labelOf(element: XmlElement): string {
  const name = element.attributes.find(({ local, ns }) => ns === '' && (local === 'name' || local === 'ref'))?.value
  return name === undefined ? `xs:${element.local}` : `xs:${element.local} ${quote(name)}`
}
