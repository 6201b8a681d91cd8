import type { Wildcard } from '../model.ts'
import type { Child, Node } from './plan.ts'

// XML Schema demands that it is always clear which particle an element belongs to (Structures, 3.8.6, Unique Particle Attribution): so one
// place in the tree of particles, with counts, is all the state that there is, and nothing is ever tried twice.

/** How far the children of one element have got. */
export interface Matching {
  at: Node | undefined
  /** By node: how often it has occurred within the current occurrence of its parent. */
  readonly counts: number[]
}

/** Before the first child. */
export function startMatching(nodes: number): Matching {
  return { at: undefined, counts: new Array<number>(nodes).fill(0) }
}

/** The particle that the next child belongs to; undefined: none may stand here. `child` is undefined for a name that no element particle has. */
export function advance(matching: Matching, top: Node, child: Child | undefined, ns: string): Node | undefined {
  const { counts } = matching
  let node = matching.at
  if (node === undefined) {
    if (!begins(top, child, ns)) return undefined
    return arrive(matching, enter(top, counts, child, ns))
  }
  for (;;) {
    const count = counts[node.id] ?? 0
    if (count < node.max && begins(node, child, ns)) return arrive(matching, again(node, count, counts, { child, ns }))
    if (count < node.min && !node.hollow) return undefined
    if (node === top || node.parent === undefined) return undefined
    const { parent }: Node = node
    const next = within(parent, node, counts, { child, ns })
    if (next === BLOCKED) return undefined
    if (next) return arrive(matching, enter(next, counts, child, ns))
    node = parent
  }
}

/** True where the children may end here. */
export function mayEnd(matching: Matching, top: Node): boolean {
  const { counts } = matching
  let node = matching.at
  if (node === undefined) return top.nullable
  for (;;) {
    if ((counts[node.id] ?? 0) < node.min && !node.hollow) return false
    if (node === top || node.parent === undefined) return true
    const { parent }: Node = node
    if (!mayLeave(parent, node, counts)) return false
    node = parent
  }
}

/** Whether a wildcard takes a namespace (Structures, 3.10.4). */
export function allows({ allows: rule }: Wildcard, ns: string): boolean {
  if (rule.kind === 'any') return true
  return rule.kind === 'list' ? rule.list.includes(ns) : ns !== '' && ns !== rule.ns
}

interface Seen {
  readonly child: Child | undefined
  readonly ns: string
}

const BLOCKED = Symbol('a particle before it is missing')

function begins({ first, firstAny }: Node, child: Child | undefined, ns: string): boolean {
  if (child !== undefined && first.has(child)) return true
  return firstAny.length > 0 && firstAny.some(wildcard => allows(wildcard, ns))
}

function arrive(matching: Matching, leaf: Node): Node {
  matching.at = leaf
  return leaf
}

function again(node: Node, count: number, counts: number[], { child, ns }: Seen): Node {
  const leaf = enter(node, counts, child, ns)
  counts[node.id] = count + 1
  return leaf
}

/** Down to the leaf that the child belongs to, each group on the way in a new occurrence. */
function enter(node: Node, counts: number[], child: Child | undefined, ns: string): Node {
  let here = node
  for (;;) {
    counts[here.id] = 1
    if (here.kind === 'all') for (const inner of here.nodes) counts[inner.id] = 0
    const next = nextStart(here, -1, child, ns)
    if (!next) return here
    here = next
  }
}

/** The first node of the group behind the place that can begin with the child. */
function nextStart({ starts, anyStarts }: Node, place: number, child: Child | undefined, ns: string): Node | undefined {
  const named = child && starts.get(child)?.find(node => node.place > place)
  if (anyStarts.length === 0) return named
  const open = anyStarts.find(node => node.place > place && node.firstAny.some(wildcard => allows(wildcard, ns)))
  return named && open ? (named.place <= open.place ? named : open) : (named ?? open)
}

/** The particle of the same occurrence of the group that comes next; undefined: the occurrence is complete. */
function within(parent: Node, node: Node, counts: readonly number[], { child, ns }: Seen): Node | undefined | typeof BLOCKED {
  if (parent.kind === 'choice') return undefined
  if (parent.kind === 'all') {
    const next = child && parent.starts.get(child)?.find(inner => counts[inner.id] === 0)
    return next ?? (mayLeave(parent, node, counts) ? undefined : BLOCKED)
  }
  const next = nextStart(parent, node.place, child, ns)
  if (next) return needsNone(parent, node.place + 1, next.place) ? next : BLOCKED
  return mayLeave(parent, node, counts) ? undefined : BLOCKED
}

function mayLeave(parent: Node, node: Node, counts: readonly number[]): boolean {
  if (parent.kind === 'choice') return true
  if (parent.kind === 'all') return parent.nodes.every(inner => inner.nullable || (counts[inner.id] ?? 0) > 0)
  return needsNone(parent, node.place + 1, parent.nodes.length)
}

/** True where all nodes between two places may be left out. */
function needsNone({ neededBefore }: Node, from: number, to: number): boolean {
  return neededBefore[from] === neededBefore[to]
}
