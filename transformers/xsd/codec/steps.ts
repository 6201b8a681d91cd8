import { clark } from '../../xml/events.ts'
import { fewest, isOrdered, namesOf, type Order, type Simplified } from './particles.ts'
import { ANY, type Child, ITEMS, type Node, type Step } from './plan.ts'

/** What the steps are made from. */
export interface StepParts {
  readonly byName: ReadonlyMap<string, Child>
  readonly order: Order
  readonly nodeOf: ReadonlyMap<Simplified, Node>
}

/** What the writer does for a content, in the schema's order. */
export function stepsOf(top: Simplified, parts: StepParts): readonly Step[] {
  if (parts.order.whole) return itemSteps(top, parts)
  if (top.kind === 'sequence' && top.min === 1 && top.max === 1) return top.nodes.flatMap(node => stepOf(node, parts))
  return stepOf(top, parts)
}

function itemSteps(node: Simplified, { nodeOf }: StepParts): readonly Step[] {
  const top = nodeOf.get(node)
  return top ? [{ kind: 'items', top, members: [ITEMS] }] : []
}

function stepOf(node: Simplified, parts: StepParts): readonly Step[] {
  if (isOrdered(node)) return itemSteps(node, parts)
  const { min, max } = node
  if (node.kind === 'any') return [{ kind: 'any', wildcard: node.wildcard, min, max, members: [ANY] }]
  if (node.kind === 'element') return elementSteps(node, parts)
  const [name] = namesOf(node)
  if (max > 1 && name !== undefined) return repeated(node, name, parts)
  const steps = node.nodes.flatMap(inner => stepOf(inner, parts))
  const members = [...new Set(steps.flatMap(step => step.members))]
  const optional = min === 0 || (node.kind === 'choice' && node.nodes.some(inner => fewest(inner) === 0))
  return [{ kind: node.kind, optional, steps, members }]
}

function elementSteps({ min, max, elements }: Simplified & { kind: 'element' }, { byName }: StepParts): readonly Step[] {
  const children = elements.flatMap(({ name }) => byName.get(clark(name)) ?? [])
  const [only] = children
  if (only && children.length === 1) return [{ kind: 'element', child: only, min, max, members: [only.member] }]
  const steps = children.map((child): Step => ({ kind: 'element', child, min: 1, max, members: [child.member] }))
  return [{ kind: 'choice', optional: min === 0, steps, members: children.map(({ member }) => member) }]
}

/** A group of one name that may repeat is a list of that. */
function repeated(node: Simplified, name: string, { byName, order }: StepParts): readonly Step[] {
  const max = order.most.get(name) ?? node.max
  const child = byName.get(name)
  if (child) return [{ kind: 'element', child, min: fewest(node), max, members: [child.member] }]
  const leaf = leafOf(node)
  return leaf.kind === 'any' ? [{ kind: 'any', wildcard: leaf.wildcard, min: fewest(node), max, members: [ANY] }] : []
}

function leafOf(node: Simplified): Simplified {
  const inner = 'nodes' in node ? node.nodes[0] : undefined
  return inner ? leafOf(inner) : node
}
