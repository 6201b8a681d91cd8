import { posix } from 'node:path'
import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { XSD } from '../../xml/events.ts'

/** An import, include or redefine, as it stands in a schema. */
export interface Reference {
  readonly element: XmlElement
  readonly kind: 'import' | 'include' | 'redefine'
  /** Of an import; '' where it has none. */
  readonly namespace: string
  readonly location: string | undefined
}

/** The references of a schema, in order. */
export function referencesOf(root: XmlElement): readonly Reference[] {
  return childElements(root).flatMap(element => {
    const { local, ns } = element
    if (ns !== XSD || (local !== 'import' && local !== 'include' && local !== 'redefine')) return []
    const location = attribute(element, 'schemaLocation')?.trim()
    return { element, kind: local, namespace: attribute(element, 'namespace')?.trim() ?? '', location }
  })
}

/** The file that a location in another one means; `network`: it is none of the project's. */
export function fileOf(from: string, location: string): { readonly file: string; readonly network: boolean } {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return { file: location, network: true }
  const path = decoded(location.split('#', 1)[0] ?? '')
  return { file: posix.isAbsolute(path) ? path : posix.join(posix.dirname(from), path), network: false }
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}
