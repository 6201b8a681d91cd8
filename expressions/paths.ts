import type { JsonSchema } from '../config/project.ts'
import { check } from './check.ts'
import type { Kind, Scope } from './expression.ts'
import { type Node, parse } from './parse.ts'
import { itemOf, type Place } from './schema.ts'
import { pathOf } from './shapes.ts'
import type { Known } from './walk.ts'

/** The kind of what a text yields, where the scope's schemas make it certain. */
export function typeOf(text: string, scope: Scope): Kind | undefined {
  return knownOf(text, scope)?.kind
}

/** The schema of what a text yields, where it is known: `body.customer`. */
export function schemaOf(text: string, scope: Scope): JsonSchema | undefined {
  const place = knownOf(text, scope)?.place
  return place && standing(place)
}

/** The schema of the items of the list that a text yields, where it is known: for `each: body.lines`. */
export function itemSchemaOf(text: string, scope: Scope): JsonSchema | undefined {
  const known = knownOf(text, scope)
  const item = known?.kind === 'array' && known.place ? itemOf(known.place) : undefined
  return item && standing(item)
}

/** The paths that a text reads, in their plain form (`body.lines`, `headers.x-type`); the names of macro items begin those within macros. */
export function fieldsUsed(text: string): readonly string[] {
  const parsed = parse(text)
  const found = new Set<string>()
  if (!('fault' in parsed)) collect(parsed.node, found)
  return [...found]
}

function knownOf(text: string, scope: Scope): Known | undefined {
  const parsed = parse(text)
  return 'fault' in parsed ? undefined : check(parsed.node, scope, false).known
}

/** A schema that stands alone: with the definitions that its references name. */
function standing({ schema, root }: Place): JsonSchema {
  const { $defs, definitions } = root
  return { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }), ...schema }
}

function collect(node: Node, found: Set<string>): void {
  const path = pathOf(node)
  if (path !== undefined) found.add(path)
  else for (const child of childrenOf(node)) collect(child, found)
}

function childrenOf(node: Node): readonly Node[] {
  return [node.args].flat(3).filter(isNode)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value
}
