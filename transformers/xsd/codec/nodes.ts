import type { Wildcard } from '../model.ts'
import { namesOf, type Order, type Simplified } from './particles.ts'
import { ANY, type Child, type Node } from './plan.ts'

/** The particles of a content as the matcher walks them. */
export interface NodeTree {
  readonly top: Node
  readonly count: number
  readonly nodeOf: ReadonlyMap<Simplified, Node>
}

type Growing = { -readonly [K in keyof Node]: Node[K] } & { nodes: Node[] }

/** Builds the tree, with what each node can begin with. */
export function buildNodes(top: Simplified, byName: ReadonlyMap<string, Child>, order: Order): NodeTree {
  const nodeOf = new Map<Simplified, Node>()
  let count = 0
  const build = (particle: Simplified, parent: Node | undefined, place: number): Node => {
    const { kind, min, max } = particle
    const ordered = order.ordered.has(ANY)
    const node: Growing = { ...EMPTY, id: count++, kind, min, max, parent, place, ordered, nodes: [] }
    nodeOf.set(particle, node)
    if (!('nodes' in particle)) Object.assign(node, leafStart(particle, byName))
    else {
      for (const [at, inner] of particle.nodes.entries()) node.nodes.push(build(inner, node, at))
      Object.assign(node, groupStart(node))
    }
    node.nullable = min === 0 || node.hollow
    return node
  }
  return { top: build(top, undefined, 0), count, nodeOf }
}

const EMPTY = {
  first: new Set<Child>(),
  firstAny: [] as readonly Wildcard[],
  starts: new Map<Child, Node[]>(),
  anyStarts: [] as readonly Node[],
  neededBefore: [] as readonly number[],
  nullable: false,
  hollow: false,
}

type Start = Partial<Node>

function leafStart(particle: Simplified, byName: ReadonlyMap<string, Child>): Start {
  if (particle.kind === 'any') return { first: EMPTY.first, firstAny: [particle.wildcard], hollow: false }
  const children = [...namesOf(particle)].flatMap(name => byName.get(name) ?? [])
  return { first: new Set(children), firstAny: [], hollow: false }
}

function groupStart({ kind, nodes }: Node): Start {
  const hollow = kind === 'choice' ? nodes.some(({ nullable }) => nullable) : nodes.every(({ nullable }) => nullable)
  const end = kind === 'sequence' ? nodes.findIndex(({ nullable }) => !nullable) : -1
  const starting = end < 0 ? nodes : nodes.slice(0, end + 1)
  return {
    first: new Set(starting.flatMap(({ first }) => [...first])),
    firstAny: starting.flatMap(({ firstAny }) => firstAny),
    starts: startsOf(nodes),
    anyStarts: nodes.filter(({ firstAny }) => firstAny.length > 0),
    neededBefore: neededBefore(nodes),
    hollow: hollow || nodes.length === 0,
  }
}

function startsOf(nodes: readonly Node[]): ReadonlyMap<Child, readonly Node[]> {
  const starts = new Map<Child, Node[]>()
  for (const node of nodes) {
    for (const child of node.first) {
      const same = starts.get(child)
      if (same) same.push(node)
      else starts.set(child, [node])
    }
  }
  return starts
}

function neededBefore(nodes: readonly Node[]): readonly number[] {
  const counts = [0]
  for (const { nullable } of nodes) counts.push((counts.at(-1) ?? 0) + (nullable ? 0 : 1))
  return counts
}
