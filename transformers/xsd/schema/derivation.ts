import { XSD } from '../../xml/events.ts'
import type { TypeDefinition } from '../model.ts'

/** True where a type is another, or derived from it (Structures, 3.4.6 and 3.14.6). */
export function isDerived(actual: TypeDefinition, from: TypeDefinition): boolean {
  if (from.name?.ns === XSD && from.name.local === 'anyType') return true
  if (from.name?.ns === XSD && from.name.local === 'anySimpleType') return actual.kind === 'simple'
  for (let type: TypeDefinition | undefined = actual; type; type = type.base) if (type === from) return true
  return from.kind === 'simple' && from.variety === 'union' && (from.members ?? []).some(member => isDerived(actual, member))
}
