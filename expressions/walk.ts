import type { ExpressionFault, Kind } from './expression.ts'
import { type Node, sourceOf } from './parse.ts'
import { kindOfPlace, type Place } from './schema.ts'
import { named } from './values.ts'

/** What is known of a node's value before there is one. */
export interface Known {
  readonly kind?: Kind
  readonly place?: Place
  /** It is an optional, as `body.?x` is. */
  readonly optional?: true
}

/** Where the checker stands: the names it sees, what guards have proven, what it has found. */
export interface Walk {
  readonly names: ReadonlyMap<string, Known>
  readonly proven: ReadonlySet<string>
  /** An unguarded optional field is a fault: in conditions. */
  readonly strict: boolean
  readonly faults: ExpressionFault[]
  readonly look: (node: Node, walk: Walk) => Known
}

/** What a schema says of its values. */
export function knownAt(place: Place): Known {
  return { place, ...withKind(kindOfPlace(place)) }
}

/** What is known of a value of that kind. */
export function withKind(kind: Kind | undefined): Known {
  return kind ? { kind } : {}
}

/** The walk, with these paths known to be there. */
export function prove(walk: Walk, paths: readonly string[]): Walk {
  return paths.length === 0 ? walk : { ...walk, proven: new Set([...walk.proven, ...paths]) }
}

/** A fault where the value is certainly of another kind, or is an optional that may hold nothing. */
export function demand(kind: Kind, node: Node, walk: Walk, rule: string): Known {
  const known = demandValue(node, walk)
  if (known.kind !== undefined && known.kind !== kind) {
    walk.faults.push({ message: `${rule}; ${sourceOf(node)} is ${named(known.kind)}`, offset: node.start })
  }
  return known
}

/** A fault where a condition needs the value of an optional. */
export function demandValue(node: Node, walk: Walk): Known {
  const known = walk.look(node, walk)
  if (known.optional && walk.strict) {
    walk.faults.push({ message: `${sourceOf(node)} may be absent; give it a value with .orValue(...)`, offset: node.start })
  }
  return known
}
