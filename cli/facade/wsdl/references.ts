import { WSDL } from '../../../adapters/soap/wsdl/names.ts'
import { createPositions, type Stretch } from '../../../adapters/soap/wsdl/positions.ts'
import { attribute, childElements, childrenNamed, type XmlElement } from '../../../transformers/xml/document.ts'
import { XSD } from '../../../transformers/xml/events.ts'

/** A place in a WSDL or a schema that names another file. */
export interface Reference {
  readonly location: string
  /** Of an xs:import: one that is known, or that another document has, needs no file. */
  readonly namespace: string | undefined
  readonly line: number
  /** Where the location stands in the text. */
  readonly stretch: Stretch
}

const SCHEMA_REFERENCES = new Set(['import', 'include', 'redefine'])

/** The files that a document names, in its order. */
export function referencesIn(root: XmlElement, text: string): readonly Reference[] {
  const positions = createPositions(text)
  const found = (element: XmlElement, name: string, namespace: string | undefined): readonly Reference[] => {
    const location = attribute(element, name)
    const stretch = positions.value(element, name)
    return location && stretch ? [{ location, namespace, stretch, line: element.place.line }] : []
  }
  return [
    ...childrenNamed(root, WSDL, 'import').flatMap(element => found(element, 'location', undefined)),
    ...schemasIn(root)
      .flatMap(childElements)
      .filter(({ ns, local }) => ns === XSD && SCHEMA_REFERENCES.has(local))
      .flatMap(element =>
        found(element, 'schemaLocation', element.local === 'import' ? (attribute(element, 'namespace') ?? '') : undefined),
      ),
  ]
}

/** The schemas of a document: itself, or those inside a WSDL. */
export function schemasIn(root: XmlElement): readonly XmlElement[] {
  if (root.ns === XSD) return [root]
  return childrenNamed(root, WSDL, 'types').flatMap(types => childrenNamed(types, XSD, 'schema'))
}
