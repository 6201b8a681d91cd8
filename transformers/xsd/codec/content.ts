import { clark } from '../../xml/events.ts'
import type { ElementDeclaration, Particle, SchemaSet } from '../model.ts'
import { buildNodes } from './nodes.ts'
import { type Group, type Leaf, namesOf, orderOf, type Simplified, simplify } from './particles.ts'
import { ANY, type Child, type ContentModel, type ElementPlan, type Slot } from './plan.ts'
import { stepsOf } from './steps.ts'

/** Compiles the content of a complex type that may hold elements. */
export function compileContent(particle: Particle, mixed: boolean, make: Making): ContentModel {
  const top = sequenced(simplify(particle, make.set))
  const order = orderOf(top, mixed)
  const slotOf = order.ordered.size === 0 ? plainSlots(top) : undefined
  const children = childrenOf(top, order, { make, slotOf })
  const byName = new Map([...children.values()].map(child => [clark(child.element.name), child]))
  const tree = buildNodes(top, byName, order)
  const slots = slotOf && top.nodes.map(({ min, max }): Slot => ({ min, max }))
  return {
    children: byLocal(children),
    byMember: new Map([...children.values()].map(child => [child.member, child])),
    slots,
    likely: slots ? slots.flatMap((_, place) => [...children.values()].find(child => child.slot === place) ?? []) : [],
    requiredBefore: slots ? runningCount(slots) : [],
    top: tree.top,
    nodes: tree.count,
    hasAny: namesOf(top).has(ANY),
    ordered: order.whole,
    steps: stepsOf(top, { byName, order, nodeOf: tree.nodeOf }),
  }
}

/** What contents are compiled with. */
export interface Making {
  readonly set: SchemaSet
  element(declaration: ElementDeclaration): ElementPlan
}

function sequenced(top: Simplified): Group {
  return top.kind === 'element' || top.kind === 'any' ? { kind: 'sequence', min: 1, max: 1, nodes: [top] } : top
}

/** The place of each name in a plain sequence of elements; undefined where the content is anything else. */
function plainSlots(top: Group): ReadonlyMap<string, number> | undefined {
  if (top.kind !== 'sequence' || top.min !== 1 || top.max !== 1) return undefined
  if (top.nodes.some(({ kind }) => kind !== 'element')) return undefined
  const slots = new Map<string, number>()
  for (const [place, node] of top.nodes.entries()) for (const name of namesOf(node)) slots.set(name, place)
  return slots
}

interface Naming {
  readonly make: Making
  readonly slotOf: ReadonlyMap<string, number> | undefined
}

function childrenOf(top: Simplified, order: ReturnType<typeof orderOf>, { make, slotOf }: Naming): ReadonlyMap<string, Child> {
  const children = new Map<string, Child>()
  const members = new Set<string>()
  for (const leaf of leavesOf(top)) {
    for (const declaration of leaf.elements) {
      const name = clark(declaration.name)
      if (children.has(name)) continue
      const { local, ns } = declaration.name
      const member = members.has(local) ? `{${ns}}${local}` : local
      members.add(member)
      const ordered = order.ordered.has(name)
      const list = (order.most.get(name) ?? 1) > 1
      const element = make.element(declaration)
      children.set(name, { id: children.size, element, member, list, ordered, slot: slotOf?.get(name) ?? -1, awkward: member in {} })
    }
  }
  return children
}

function leavesOf(node: Simplified): readonly Leaf[] {
  if (node.kind === 'element') return [node]
  return node.kind === 'any' ? [] : node.nodes.flatMap(leavesOf)
}

function byLocal(children: ReadonlyMap<string, Child>): ReadonlyMap<string, readonly Child[]> {
  const map = new Map<string, Child[]>()
  for (const child of children.values()) {
    const { local } = child.element.name
    const same = map.get(local)
    if (same) same.push(child)
    else map.set(local, [child])
  }
  return map
}

function runningCount(slots: readonly Slot[]): readonly number[] {
  const counts = [0]
  for (const { min } of slots) counts.push((counts.at(-1) ?? 0) + (min > 0 ? 1 : 0))
  return counts
}
