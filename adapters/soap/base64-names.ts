import { clark } from '../../transformers/xml/events.ts'
import type { ComplexType, ElementDeclaration, Particle, SchemaSet, TypeDefinition } from '../../transformers/xsd/model.ts'

/** Local names of the elements that hold base64Binary and nothing else, wherever they stand below these types; derived types included. */
export function base64Names(types: readonly TypeDefinition[], schemas: SchemaSet): ReadonlySet<string> {
  const walk: Walk = { schemas, derived: derivedBy(schemas), seen: new Set(), binary: new Set(), other: new Set() }
  for (const type of types) visit(type, walk)
  return new Set([...walk.binary].filter(name => !walk.other.has(name)))
}

interface Walk {
  readonly schemas: SchemaSet
  /** Named types by the name of their base. */
  readonly derived: ReadonlyMap<string, readonly TypeDefinition[]>
  readonly seen: Set<TypeDefinition>
  readonly binary: Set<string>
  readonly other: Set<string>
}

/** Without recursion: types may be nested deeper than the stack. */
function visit(start: TypeDefinition, walk: Walk): void {
  const open: TypeDefinition[] = [start]
  for (let type = open.pop(); type; type = open.pop()) {
    if (walk.seen.has(type) || type.kind === 'simple') continue
    walk.seen.add(type)
    for (const element of elementsOf(type)) for (const one of [element, ...walk.schemas.substitutes(element)]) open.push(note(one, walk))
    if (type.name) open.push(...(walk.derived.get(clark(type.name)) ?? []))
  }
}

function note({ name, type }: ElementDeclaration, { binary, other }: Walk): TypeDefinition {
  const content = type.kind === 'simple' ? type : type.content.kind === 'simple' ? type.content.type : undefined
  const isBinary = content?.variety === 'atomic' && content.primitive === 'base64Binary'
  ;(isBinary ? binary : other).add(name.local)
  return type
}

function elementsOf({ content }: ComplexType): ElementDeclaration[] {
  return content.kind === 'elements' ? elementsIn(content.particle) : []
}

function elementsIn(particle: Particle): ElementDeclaration[] {
  if (particle.kind === 'element') return [particle.element]
  return particle.kind === 'any' ? [] : particle.particles.flatMap(elementsIn)
}

function derivedBy({ types }: SchemaSet): ReadonlyMap<string, readonly TypeDefinition[]> {
  const derived = new Map<string, TypeDefinition[]>()
  for (const type of types.values()) {
    const base = type.kind === 'complex' && type.base?.name ? clark(type.base.name) : undefined
    if (base === undefined) continue
    const known = derived.get(base)
    if (known) known.push(type)
    else derived.set(base, [type])
  }
  return derived
}
