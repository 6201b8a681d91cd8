import { attribute, type XmlElement } from '../../xml/document.ts'
import type { Wildcard } from '../model.ts'
import type { ReadSchema } from './documents.ts'

type Allows = Wildcard['allows']

const ANY: Allows = { kind: 'any' }

/** What an xs:any or xs:anyAttribute allows (Structures, 3.10). */
export function wildcardOf(element: XmlElement, schema: ReadSchema): Wildcard {
  const processContents = attribute(element, 'processContents')
  return {
    processContents: processContents === 'lax' || processContents === 'skip' ? processContents : 'strict',
    allows: allowedBy(attribute(element, 'namespace')?.trim() ?? '##any', schema.namespace),
  }
}

function allowedBy(text: string, own: string): Allows {
  if (text === '##any') return ANY
  if (text === '##other') return { kind: 'other', ns: own }
  const list = text.split(/\s+/).filter(word => word !== '')
  return { kind: 'list', list: list.map(word => (word === '##targetNamespace' ? own : word === '##local' ? '' : word)) }
}

/** What both allow (Structures, 3.10.6); undefined where no wildcard says it. `other` leaves out names without a namespace as well. */
export function intersection(a: Allows, b: Allows): Allows | undefined {
  if (a.kind === 'any') return b
  if (b.kind === 'any') return a
  if (a.kind === 'list') return { kind: 'list', list: a.list.filter(ns => allows(b, ns)) }
  if (b.kind === 'list') return intersection(b, a)
  if (a.ns === b.ns || b.ns === '') return a
  return a.ns === '' ? b : undefined
}

/** What either allows; undefined where no wildcard says it. */
export function union(a: Allows, b: Allows): Allows | undefined {
  if (a.kind === 'any' || b.kind === 'any') return ANY
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', list: [...new Set([...a.list, ...b.list])] }
  if (a.kind === 'list') return union(b, a)
  if (b.kind === 'other') return a.ns === b.ns ? a : { kind: 'other', ns: '' }
  const [own, none] = [b.list.includes(a.ns), b.list.includes('')]
  if (own && none) return ANY
  if (own) return { kind: 'other', ns: '' }
  return none ? undefined : a
}

/** True where all that `part` allows is allowed by `whole`. */
export function isSubset(part: Allows, whole: Allows): boolean {
  if (whole.kind === 'any') return true
  if (part.kind === 'list') return part.list.every(ns => allows(whole, ns))
  return part.kind === 'other' && whole.kind === 'other' && (part.ns === whole.ns || whole.ns === '')
}

/** True where names of the namespace are allowed. */
export function allows(wildcard: Allows, ns: string): boolean {
  if (wildcard.kind === 'any') return true
  return wildcard.kind === 'list' ? wildcard.list.includes(ns) : ns !== '' && ns !== wildcard.ns
}
