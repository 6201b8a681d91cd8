import { childrenNamed, textOf, type XmlElement } from '../../xml/document.ts'
import { XSD } from '../../xml/events.ts'

const MOST = 500

/** What the schema says of a component for people. */
export function documentationOf(element: XmlElement): { readonly documentation?: string } {
  const text = childrenNamed(element, XSD, 'annotation')
    .flatMap(annotation => childrenNamed(annotation, XSD, 'documentation'))
    .map(textOf)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
  return text === '' ? {} : { documentation: text.slice(0, MOST) }
}
