import { ExactNumber, exactOrNumber } from '../transformers/json/exact-number.ts'
import { readItem, readMember, readOptional, readPath } from './access.ts'
import type { Run } from './frame.ts'
import type { FunctionSpec } from './functions/define.ts'
import { functions } from './functions/registry.ts'
import { existsOne, filter, type MacroParts, mapping, quantifier } from './macros.ts'
import { binary, equality, logical, minus, not, ternary } from './operators.ts'
import { type Node, sourceOf } from './parse.ts'
import { macroOf, yieldsOptional } from './shapes.ts'
import { Maybe, NOTHING } from './values.ts'

/** Slots of the macro items that a node can see. */
export type Slots = ReadonlyMap<string, number>

type Of<Op extends Node['op']> = Extract<Node, { op: Op }>

// The library parses; the tree then becomes functions of our own, since its evaluator keeps integers and doubles apart (5 / 2 is 2), runs patterns
// on a backtracking engine, throws for each absent field, and takes ten times as long.

/** The node as a function; expects one in which the checker found no fault. */
export function build(node: Node, slots: Slots): Run {
  switch (node.op) {
    case 'value':
      return constant(literalOf(node))
    case 'id':
      return variable(node.args, slots)
    case '.':
      return buildMember(node, slots)
    case '.?':
      return readOptional(build(node.args[0], slots), constant(node.args[1]))
    case '[]':
      return readItem(build(node.args[0], slots), plain(node.args[1], slots), sourceOf(node))
    case '[?]':
      return readOptional(build(node.args[0], slots), plain(node.args[1], slots))
    case 'call':
      return node.args[0] === 'has' ? has(node.args[1][0], slots) : buildCall(node.args[0], node.args[1], slots)
    case 'rcall':
      return buildMethod(node, slots)
    case 'list':
      return list(node.args.map(item => plain(item, slots)))
    case 'map':
      return object(node.args.map(([name, value]) => [plain(name, slots), plain(value, slots)]))
    case '?:':
      return ternary(plain(node.args[0], slots), build(node.args[1], slots), build(node.args[2], slots))
    case '&&':
    case '||':
      return logical(node.op === '||', plain(node.args[0], slots), plain(node.args[1], slots))
    case '!_':
      return not(plain(node.args, slots))
    case '-_':
      return minus(plain(node.args, slots))
    case '==':
    case '!=':
      if (node.args.some(yieldsOptional)) return equality(node.op, build(node.args[0], slots), build(node.args[1], slots))
      return binary(node.op, build(node.args[0], slots), build(node.args[1], slots))
    default:
      return binary(node.op, plain(node.args[0], slots), plain(node.args[1], slots))
  }
}

/** The value of a literal; a number that a double would bend is exact. */
export function literalOf(node: Of<'value'>): unknown {
  const { args } = node
  if (typeof args === 'bigint') return Number.isSafeInteger(Number(args)) ? Number(args) : new ExactNumber(String(args))
  if (typeof args === 'number') return exactOrNumber(sourceOf(node).replace(/^0+(?=\d)/, ''))
  return typeof args === 'object' && args !== null ? Number(args) : args
}

/** An optional is taken for what it holds; where it holds nothing, it is absent. */
function plain(node: Node, slots: Slots): Run {
  const run = build(node, slots)
  if (!yieldsOptional(node)) return run
  return frame => {
    const value = run(frame)
    if (!(value instanceof Maybe)) return value
    if (value.value === undefined) frame.missing = sourceOf(node)
    return value.value
  }
}

function constant(value: unknown): Run {
  return () => value
}

function variable(name: string, slots: Slots): Run {
  const slot = slots.get(name)
  return slot === undefined ? frame => frame.variables[name] : frame => frame.locals[slot]
}

function buildMember(node: Of<'.'>, slots: Slots): Run {
  const names: string[] = []
  const texts: string[] = []
  let base: Node = node
  for (; base.op === '.'; base = base.args[0]) {
    names.unshift(base.args[1])
    texts.unshift(sourceOf(base))
  }
  if (base.op === 'id') return readPath(variable(base.args, slots), names, texts)
  return readMember(build(node.args[0], slots), node.args[1], sourceOf(node))
}

/** True where the whole path is there. */
function has(path: Node | undefined, slots: Slots): Run {
  const run = path ? build(path, slots) : constant(undefined)
  return frame => {
    const value = run(frame)
    return value instanceof Maybe ? value.value !== undefined : value !== undefined
  }
}

function buildCall(name: string, args: readonly Node[], slots: Slots): Run {
  const spec = functions.get(name)
  if (!spec) throw new Error(`no function ${name}`)
  return call(
    spec,
    args.map(arg => build(arg, slots)),
  )
}

function call(spec: FunctionSpec, args: readonly Run[]): Run {
  const { length } = args
  return frame => {
    const values = new Array<unknown>(length)
    for (let at = 0; at < length; at++) {
      const value = args[at]?.(frame)
      values[at] = value instanceof Maybe ? held(value, spec, at) : value
      if (values[at] === undefined && !spec.acceptsAbsent) return undefined
    }
    return spec.run(values)
  }
}

function held({ value }: Maybe, spec: FunctionSpec, at: number): unknown {
  return value ?? ((spec.params[at] ?? spec.rest)?.nullable ? null : value)
}

function buildMethod(node: Of<'rcall'>, slots: Slots): Run {
  const [name, receiver, args] = node.args
  if (macroOf(node)) return buildMacro(name, receiver, args, slots)
  const [argument] = args
  if (receiver.op === 'id' && receiver.args === 'optional' && !slots.has('optional')) {
    return argument ? some(plain(argument, slots)) : constant(NOTHING)
  }
  if (yieldsOptional(receiver)) {
    const optional = buildOptional(name, build(receiver, slots), argument && build(argument, slots))
    if (optional) return optional
  }
  return buildCall(name, [receiver, ...args], slots)
}

function buildMacro(name: string, receiver: Node, args: readonly Node[], slots: Slots): Run {
  const [item, second, third] = args
  const slot = Math.max(-1, ...slots.values()) + 1
  const inner = new Map(slots).set(item?.op === 'id' ? item.args : '', slot)
  const run = (node: Node | undefined) => (node ? plain(node, inner) : constant(undefined))
  const value = run(third ?? second)
  const condition = run(second)
  const parts: MacroParts = { list: plain(receiver, slots), slot, condition }
  if (name === 'map') return mapping(third ? { ...parts, value } : { list: parts.list, slot, value })
  if (name === 'filter') return filter(parts)
  return name === 'exists_one' ? existsOne(parts) : quantifier(name === 'exists', parts)
}

/** Methods that only optionals have. */
function buildOptional(name: string, receiver: Run, argument: Run | undefined): Run | undefined {
  const unpack = (otherwise: Run): Run => {
    return frame => {
      const optional = receiver(frame)
      return optional instanceof Maybe ? (optional.value ?? otherwise(frame)) : optional
    }
  }
  if (name === 'hasValue') return frame => test(receiver(frame))
  if (name === 'orValue' && argument) return unpack(argument)
  if (name === 'value') return unpack(constant(undefined))
  if (name === 'or' && argument) return frame => (test(receiver(frame)) === false ? argument(frame) : receiver(frame))
  return undefined
}

function test(optional: unknown): boolean | undefined {
  return optional instanceof Maybe ? optional.value !== undefined : undefined
}

function some(value: Run): Run {
  return frame => {
    const held = value(frame)
    return held === undefined ? undefined : new Maybe(held)
  }
}

function list(items: readonly Run[]): Run {
  return frame => {
    const result: unknown[] = []
    for (const item of items) {
      const value = item(frame)
      if (value === undefined) return undefined
      result.push(value)
    }
    return result
  }
}

function object(members: readonly (readonly [Run, Run])[]): Run {
  return frame => {
    const entries: [string, unknown][] = []
    for (const [name, member] of members) {
      const value = member(frame)
      if (value === undefined) return undefined
      entries.push([String(name(frame)), value])
    }
    return Object.fromEntries(entries)
  }
}
