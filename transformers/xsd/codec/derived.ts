import { clark, XSD } from '../../xml/events.ts'
import type { SchemaSet, TypeDefinition } from '../model.ts'
import type { Compiler } from './compile.ts'
import { seen } from './faults.ts'
import type { ElementPlan, TypePlan } from './plan.ts'

/** The type that xsi:type names, or why it may not stand for the declared one (Structures, 3.3.4 and 2.6.1). */
export function typeNamed(compiler: Compiler, { declaration }: ElementPlan, name: string): TypePlan | string {
  const actual = compiler.set.types.get(name)
  if (!actual) return `no type ${seen(name)} is known`
  const declared = declaration.type
  if (!isDerived(actual, declared))
    return `the type ${name} is not derived from ${declared.name ? clark(declared.name) : 'the anonymous type'} of the element`
  return compiler.type(actual)
}

/** True for the type itself as well. */
export function isDerived(actual: TypeDefinition, declared: TypeDefinition): boolean {
  if (isAnyType(declared)) return true
  if (declared.name?.ns === XSD && declared.name.local === 'anySimpleType') return actual.kind === 'simple'
  const steps = new Set<TypeDefinition>()
  for (let type: TypeDefinition | undefined = actual; type && !steps.has(type); type = type.base) {
    if (type === declared) return true
    steps.add(type)
  }
  return declared.kind === 'simple' && (declared.members ?? []).some(member => isDerived(actual, member))
}

/** True for the type of which all others are. */
export function isAnyType({ kind, name }: TypeDefinition): boolean {
  return kind === 'complex' && name?.ns === XSD && name.local === 'anyType'
}

/** How a body names a type in the place of the declared one: `Name`, or `{ns}Name` of another namespace. */
export function typeLabel({ name }: TypeDefinition, { declaration }: ElementPlan): string {
  if (!name) return ''
  return name.ns === homeOf(declaration) ? name.local : `{${name.ns}}${name.local}`
}

/** The type's name in clark form that a body's `@type` means. */
export function typeMeant(set: SchemaSet, label: string, { declaration }: ElementPlan): string {
  if (label.startsWith('{}')) return label.slice(2)
  if (label.startsWith('{')) return label
  const own = clark({ ns: homeOf(declaration), local: label })
  if (set.types.has(own)) return own
  const same = [...set.types.keys()].filter(name => name === label || name.endsWith(`}${label}`))
  const [only] = same
  return only !== undefined && same.length === 1 ? only : own
}

function homeOf({ type, name }: ElementPlan['declaration']): string {
  return type.name?.ns ?? name.ns
}
