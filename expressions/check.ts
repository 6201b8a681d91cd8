import { suggestion } from '../config/faults.ts'
import { literalOf } from './build.ts'
import { checkCall, checkMethod } from './check-calls.ts'
import { checkBinary, checkLogical } from './check-operators.ts'
import type { ExpressionFault, Kind, Scope } from './expression.ts'
import { type Node, sourceOf } from './parse.ts'
import { provenBy } from './presence.ts'
import { fieldOf, itemOf } from './schema.ts'
import { pathOf } from './shapes.ts'
import { kindOf, named } from './values.ts'
import { demand, type Known, knownAt, prove, type Walk, withKind } from './walk.ts'

/** All that is certainly wrong with an expression in this scope, and the kind of what it yields. `strict`: as a condition. */
export function check(node: Node, scope: Scope, strict: boolean): { readonly faults: readonly ExpressionFault[]; readonly known: Known } {
  const names = new Map(Object.entries(scope).map(([name, schema]) => [name, schema === true ? {} : knownAt({ schema, root: schema })]))
  const walk: Walk = { names, proven: new Set(), strict, faults: [], look }
  const known = strict ? demand('boolean', node, walk, 'a condition yields true or false') : look(node, walk)
  return { faults: walk.faults.toSorted((a, b) => a.offset - b.offset), known }
}

function look(node: Node, walk: Walk): Known {
  switch (node.op) {
    case 'value':
      return lookLiteral(node, walk)
    case 'id':
      return lookUp(node.args, node, walk)
    case '.':
    case '.?':
      return lookInto(node, node.args[0], node.args[1], walk)
    case '[]':
    case '[?]':
      return lookAt(node, node.args[0], node.args[1], walk)
    case 'call':
      return checkCall(node.args[0], node.args[1], node, walk)
    case 'rcall':
      return checkMethod(node, walk)
    case 'list':
      return lookThrough(node.args, 'array', walk)
    case 'map':
      for (const [name] of node.args) demand('string', name, walk, 'names of members are texts')
      return lookThrough(
        node.args.map(([, value]) => value),
        'object',
        walk,
      )
    case '?:':
      return choose(node.args, walk)
    case '&&':
    case '||':
      return checkLogical(node.op, node.args, walk)
    case '!_':
      return { ...demand('boolean', node.args, walk, '"!" needs true or false'), kind: 'boolean' }
    case '-_':
      return { ...demand('number', node.args, walk, '"-" needs a number'), kind: 'number' }
    default:
      return checkBinary(node.op, node.args, walk)
  }
}

function lookLiteral(node: Extract<Node, { op: 'value' }>, walk: Walk): Known {
  if (node.args instanceof Uint8Array)
    walk.faults.push({ message: 'bytes are not known here; write a text without the b', offset: node.start })
  return withKind(kindOf(literalOf(node)))
}

function lookUp(name: string, node: Node, walk: Walk): Known {
  const known = walk.names.get(name)
  if (known) return known
  walk.faults.push({ message: `unknown name "${name}"${suggestion(name, [...walk.names.keys()])}`, offset: node.start })
  return {}
}

function lookThrough(nodes: readonly Node[], kind: Kind, walk: Walk): Known {
  for (const node of nodes) look(node, walk)
  return { kind }
}

/** `base.name`, `base.?name` */
function lookInto(node: Node, base: Node, name: string, walk: Walk): Known {
  const from = look(base, walk)
  const soft = node.op === '.?' || node.op === '[?]' || from.optional === true
  const mark: Pick<Known, 'optional'> = soft ? { optional: true } : {}
  if (from.kind && from.kind !== 'object') {
    walk.faults.push({ message: `${sourceOf(base)} is ${named(from.kind)}, which has no field "${name}"`, offset: node.pos })
    return mark
  }
  const field = from.place ? fieldOf(from.place, name) : undefined
  if (!field?.known) return mark
  const text = pathOf(node) ?? sourceOf(node)
  if (!field.there) {
    walk.faults.push({ message: `unknown field "${text}"${suggestion(name, field.names)}`, offset: node.pos })
    return mark
  }
  if (walk.strict && !soft && !field.required && !walk.proven.has(text)) walk.faults.push(unguarded(base, name, node))
  return { ...knownAt(field.place), ...mark }
}

function unguarded(base: Node, name: string, node: Node): ExpressionFault {
  const text = sourceOf(node)
  const message = `${text} is optional in the schema; guard it with has(${text}) or give it a value: ${sourceOf(base)}.?${name}.orValue(...)`
  return { message, offset: node.pos }
}

/** `base[key]`, `base[?key]` */
function lookAt(node: Node, base: Node, key: Node, walk: Walk): Known {
  if (key.op === 'value' && typeof key.args === 'string') return lookInto(node, base, key.args, walk)
  const from = look(base, walk)
  look(key, walk)
  const item = from.place && from.kind === 'array' ? itemOf(from.place) : undefined
  return { ...(item && knownAt(item)), ...((node.op === '[?]' || from.optional) && { optional: true }) }
}

function choose([condition, yes, no]: readonly [Node, Node, Node], walk: Walk): Known {
  demand('boolean', condition, walk, 'a condition before "?" must be true or false')
  const first = look(yes, prove(walk, provenBy(condition, true)))
  const second = look(no, prove(walk, provenBy(condition, false)))
  const kind = first.kind === second.kind ? first.kind : undefined
  return { ...withKind(kind), ...((first.optional || second.optional) && { optional: true }) }
}
