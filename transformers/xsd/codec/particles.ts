import { clark } from '../../xml/events.ts'
import type { ElementDeclaration, Particle, SchemaSet, Wildcard } from '../model.ts'
import { ANY } from './plan.ts'

/** An element particle; several elements where it is the head of a substitution group. */
export interface Leaf {
  readonly kind: 'element'
  readonly min: number
  readonly max: number
  readonly elements: readonly ElementDeclaration[]
}

/** A particle without what has no meaning: groups of one, empty groups, what may occur 0 times. */
export type Simplified = Leaf | Group | { readonly kind: 'any'; readonly min: number; readonly max: number; readonly wildcard: Wildcard }

export interface Group {
  readonly kind: 'sequence' | 'choice' | 'all'
  readonly min: number
  readonly max: number
  readonly nodes: readonly Simplified[]
}

/** The particle, simplified; substitution groups as the elements that may stand in their place. */
export function simplify(particle: Particle, set: SchemaSet): Simplified {
  if (particle.kind === 'any') return particle
  const { min, max } = particle
  if (particle.kind === 'element') {
    const { element } = particle
    return { kind: 'element', min, max, elements: element.global ? set.substitutes(element) : [element] }
  }
  const nodes = particle.particles.filter(inner => inner.max > 0).map(inner => simplify(inner, set))
  const kept = nodes.filter(node => !('nodes' in node) || node.nodes.length > 0)
  const flat = particle.kind === 'sequence' ? kept.flatMap(node => (isPlainSequence(node) ? node.nodes : [node])) : kept
  const [only] = flat
  if (only && flat.length === 1) {
    if (min === 1 && max === 1) return only
    if (only.min === 1 && only.max === 1) return { ...only, min, max }
  }
  return { kind: particle.kind, min, max, nodes: flat }
}

function isPlainSequence(node: Simplified): node is Group {
  return node.kind === 'sequence' && node.min === 1 && node.max === 1
}

/** The names that may occur in it, `$any` for wildcards. */
export function namesOf(node: Simplified): ReadonlySet<string> {
  if (node.kind === 'any') return new Set([ANY])
  if (node.kind === 'element') return new Set(node.elements.map(({ name }) => clark(name)))
  return new Set(node.nodes.flatMap(inner => [...namesOf(inner)]))
}

/** Where the order between children of different names counts. */
export interface Order {
  /** Names that stand in `$items`. */
  readonly ordered: ReadonlySet<string>
  /** All of them do. */
  readonly whole: boolean
  /** How often a name may occur at most. */
  readonly most: ReadonlyMap<string, number>
}

/** A particle that may repeat, and holds different names: their order is information. */
export function isOrdered(node: Simplified): boolean {
  return node.max > 1 && namesOf(node).size > 1
}

/** Decides which children stand in `$items`: those of ordered particles; all, where the text between them counts or a name stands at two places. */
export function orderOf(top: Simplified, mixed: boolean): Order {
  const most = mostOf(top)
  const ordered = orderedNames(top)
  const places = placesOf(top)
  const whole = mixed || [...places.values()].some(count => count > 1) || plainNames(top).some(name => ordered.has(name))
  return { ordered: whole ? namesOf(top) : ordered, whole, most }
}

function orderedNames(node: Simplified): ReadonlySet<string> {
  if (isOrdered(node)) return namesOf(node)
  return 'nodes' in node ? new Set(node.nodes.flatMap(inner => [...orderedNames(inner)])) : new Set()
}

function plainNames(node: Simplified): readonly string[] {
  if (isOrdered(node)) return []
  return 'nodes' in node ? node.nodes.flatMap(plainNames) : [...namesOf(node)]
}

/** At how many places, one after another, a name may stand; an ordered particle is one place. */
function placesOf(node: Simplified): ReadonlyMap<string, number> {
  if (isOrdered(node) || !('nodes' in node)) return new Map([...namesOf(node)].map(name => [name, 1]))
  return combined(node.nodes.map(placesOf), node.kind)
}

function mostOf(node: Simplified): ReadonlyMap<string, number> {
  if (!('nodes' in node)) return new Map([...namesOf(node)].map(name => [name, node.max]))
  const inner = combined(node.nodes.map(mostOf), node.kind)
  return node.max === 1 ? inner : new Map([...inner].map(([name, count]) => [name, count * node.max]))
}

function combined(counts: readonly ReadonlyMap<string, number>[], kind: Group['kind']): ReadonlyMap<string, number> {
  const all = new Map<string, number>()
  for (const one of counts) {
    for (const [name, count] of one) {
      const before = all.get(name) ?? 0
      all.set(name, kind === 'choice' ? Math.max(before, count) : before + count)
    }
  }
  return all
}

/** How few elements it may have. */
export function fewest(node: Simplified): number {
  if (!('nodes' in node)) return node.min
  const inner = node.nodes.map(fewest)
  const once = node.kind === 'choice' ? Math.min(...inner) : inner.reduce((sum, count) => sum + count, 0)
  return once * node.min
}
