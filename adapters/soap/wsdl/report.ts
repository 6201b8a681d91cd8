import type { Path } from '../../../config/faults.ts'
import type { Project } from '../../../config/project.ts'
import type { XmlElement } from '../../../transformers/xml/document.ts'
import type { XmlPlace } from '../../../transformers/xml/events.ts'
import type { WsdlUnsupported } from './model.ts'

const MOST = 50

/** Collects what is wrong with a WSDL, at its place in its file, and what of it is left out. */
export interface Report {
  /** A fault of the project. */
  at(element: XmlElement, message: string, mend?: string): void
  in(file: string, place: XmlPlace, message: string, mend?: string): void
  /** Lawful, but not done by the gateway. */
  leave(element: XmlElement, message: string, operation?: string): void
  /** Tells what is left out, as warnings of the project at their places. */
  tellLeft(): void
  /** Tells which file the element of this root stands in. */
  know(root: XmlElement, file: string): void
  fileOf(element: XmlElement): string
  /** How many faults there are. */
  readonly count: number
  readonly unsupported: readonly WsdlUnsupported[]
}

/** A report for the WSDL that the config names at this path. */
export function createReport(project: Pick<Project, 'faults'>, path: Path): Report {
  const files = new Map<XmlElement, string>()
  const unsupported: WsdlUnsupported[] = []
  let count = 0
  const fileOf = (element: XmlElement) => files.get(rootOf(element)) ?? ''
  const report: Report = {
    at: (element, message, mend) => report.in(fileOf(element), element.place, message, mend),
    in(file, { line, column }, message, mend) {
      if (++count <= MOST) project.faults.add('WSDL', path, `${file}:${line}:${column} ${message}`, mend === undefined ? {} : { mend })
    },
    leave(element, message, operation) {
      unsupported.push({ file: fileOf(element), ...element.place, message, ...(operation !== undefined && { operation }) })
    },
    tellLeft() {
      for (const { message, operation: _, ...at } of unsupported.slice(0, MOST)) project.faults.add('LEFT_OUT', path, message, { at })
    },
    know: (root, file) => void files.set(root, file),
    fileOf,
    get count() {
      return count
    },
    unsupported,
  }
  return report
}

/** The document's root that the element stands in. */
export function rootOf(element: XmlElement): XmlElement {
  let root = element
  while (root.parent) root = root.parent
  return root
}
