import type { Path } from '../../../config/faults.ts'
import type { Project } from '../../../config/project.ts'
import type { XmlElement } from '../../xml/document.ts'
import type { XmlPlace } from '../../xml/events.ts'

const MOST = 50

/** Collects what is wrong with schema files as faults of the project, each beginning with file, line and column. */
export interface SchemaReport {
  at(element: XmlElement, message: string, mend?: string): void
  in(file: string, place: XmlPlace, message: string, mend?: string): void
  /** Tells which file the elements below this root stand in. */
  know(root: XmlElement, file: string): void
  readonly count: number
}

/** A report for what the config names at this path. */
export function createSchemaReport(project: Pick<Project, 'faults'>, path: Path): SchemaReport {
  const files = new Map<XmlElement, string>()
  let count = 0
  const report: SchemaReport = {
    at: (element, message, mend) => report.in(files.get(rootOf(element)) ?? '', element.place, message, mend),
    in(file, { line, column }, message, mend) {
      if (++count <= MOST) project.faults.add('SCHEMA', path, `${file}:${line}:${column} ${message}`, mend === undefined ? {} : { mend })
    },
    know: (root, file) => void files.set(root, file),
    get count() {
      return count
    },
  }
  return report
}

function rootOf(element: XmlElement): XmlElement {
  let root = element
  while (root.parent) root = root.parent
  return root
}
