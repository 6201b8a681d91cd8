import { attribute, type XmlElement } from '../../xml/document.ts'
import type { Wildcard } from '../model.ts'
import type { ReadSchema } from './documents.ts'

/** What an xs:any or xs:anyAttribute allows (Structures, 3.10). */
export function wildcardOf(element: XmlElement, schema: ReadSchema): Wildcard {
  const processContents = attribute(element, 'processContents')
  return {
    processContents: processContents === 'lax' || processContents === 'skip' ? processContents : 'strict',
    allows: allowedBy(attribute(element, 'namespace') ?? '##any', schema.namespace),
  }
}

function allowedBy(text: string, own: string): Wildcard['allows'] {
  if (text === '##any') return { kind: 'any' }
  if (text === '##other') return { kind: 'other', ns: own }
  const list = text.split(/\s+/).filter(word => word !== '')
  return { kind: 'list', list: list.map(word => (word === '##targetNamespace' ? own : word === '##local' ? '' : word)) }
}
