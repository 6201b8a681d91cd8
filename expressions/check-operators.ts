import type { Kind } from './expression.ts'
import { type Node, sourceOf } from './parse.ts'
import { provenBy } from './presence.ts'
import { itemOf } from './schema.ts'
import { named } from './values.ts'
import { demand, demandValue, type Known, knownAt, prove, type Walk, withKind } from './walk.ts'

const ORDERED: readonly Kind[] = ['number', 'string', 'boolean']
const ADDED: readonly Kind[] = ['number', 'string', 'array']
const BOOLEAN: Known = { kind: 'boolean' }

type Sides = readonly [Node, Node]

/** `&&` and `||`: each side may rely on what the other has proven, since either of them decides alone. */
export function checkLogical(op: '&&' | '||', [left, right]: Sides, walk: Walk): Known {
  const rule = `${op} needs true or false at both sides`
  demand('boolean', left, prove(walk, provenBy(right, op === '&&')), rule)
  demand('boolean', right, prove(walk, provenBy(left, op === '&&')), rule)
  return BOOLEAN
}

/** Arithmetic, comparisons and `in`. */
export function checkBinary(op: string, sides: Sides, walk: Walk): Known {
  if (op === '==' || op === '!=') return checkEquality(op, sides, walk)
  if (op === 'in') return checkMembership(sides, walk)
  if (op === '+') return withKind(checkAlike(op, sides, ADDED, walk))
  if (op.startsWith('<') || op.startsWith('>')) {
    checkAlike(op, sides, ORDERED, walk)
    return BOOLEAN
  }
  for (const side of sides) demand('number', side, walk, `"${op}" needs two numbers`)
  return { kind: 'number' }
}

function checkEquality(op: string, [left, right]: Sides, walk: Walk): Known {
  const a = walk.look(left, walk).kind
  const b = walk.look(right, walk).kind
  if (a && b && a !== b && a !== 'null' && b !== 'null') {
    const always = op === '==' ? 'false' : 'true'
    walk.faults.push({
      message: `${sourceOf(left)} is ${named(a)} and ${sourceOf(right)} is ${named(b)}: always ${always}`,
      offset: left.start,
    })
  }
  return BOOLEAN
}

function checkMembership([value, collection]: Sides, walk: Walk): Known {
  const { kind } = demandValue(value, walk)
  const { kind: within, place } = demandValue(collection, walk)
  if (within && within !== 'array' && within !== 'object') {
    walk.faults.push({
      message: `"in" needs a list or an object at its right; ${sourceOf(collection)} is ${named(within)}`,
      offset: collection.start,
    })
  }
  const item = within === 'array' && place ? itemOf(place) : undefined
  const kinds =
    collection.op === 'list' ? collection.args.map(one => walk.look(one, { ...walk, faults: [] }).kind) : [item && knownAt(item).kind]
  if (kind && within === 'array' && kinds.length > 0 && kinds.every(one => one !== undefined && one !== kind)) {
    walk.faults.push({
      message: `${sourceOf(value)} is ${named(kind)} and no item of ${sourceOf(collection)} is: always false`,
      offset: value.start,
    })
  }
  return BOOLEAN
}

/** The one kind of both sides, as far as it is known. */
function checkAlike(op: string, [left, right]: Sides, allowed: readonly Kind[], walk: Walk): Kind | undefined {
  const a = demandValue(left, walk).kind
  const b = demandValue(right, walk).kind
  const wrong = [a, b].some(kind => kind !== undefined && !allowed.includes(kind)) || (a && b && a !== b)
  if (!wrong) return a ?? b
  const message = `"${op}" needs two values of one kind (${allowed.map(named).join(', ')}); ${sourceOf(left)} is ${named(a)} and ${sourceOf(right)} is ${named(b)}`
  walk.faults.push({ message, offset: left.start })
  return undefined
}
