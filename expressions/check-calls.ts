import { suggestion } from '../config/faults.ts'
import { literalOf } from './build.ts'
import { type FunctionSpec, signature } from './functions/define.ts'
import { functions, functionsReference } from './functions/registry.ts'
import { type Node, sourceOf } from './parse.ts'
import { provenBy } from './presence.ts'
import { itemOf } from './schema.ts'
import { isMacroName, isNamespace, isOptionalMethod, macroOf } from './shapes.ts'
import { named } from './values.ts'
import { demand, demandValue, type Known, knownAt, prove, type Walk, withKind } from './walk.ts'

const BOOLEAN: Known = { kind: 'boolean' }

/** A function, called by its name. */
export function checkCall(name: string, args: readonly Node[], node: Node, walk: Walk): Known {
  if (name === 'has') return checkHas(args, node, walk)
  const spec = functions.get(name)
  if (!spec) {
    for (const arg of args) walk.look(arg, walk)
    return unknownFunction(name, node, walk)
  }
  const { params, rest } = spec
  const least = params.filter(param => !param.optional).length
  if (args.length < least || (args.length > params.length && !rest)) {
    walk.faults.push({ message: `${name}() got ${args.length} arguments; it is ${signature(spec)}`, offset: node.start })
    return resultOf(spec)
  }
  args.forEach((arg, at) => {
    checkArgument(spec, arg, at, walk)
  })
  const wrong = spec.verify?.(args.map(writtenOut))
  if (typeof wrong === 'string') walk.faults.push({ message: wrong, offset: node.start })
  else if (wrong) walk.faults.push({ message: wrong.message, offset: (args[wrong.argument] ?? node).start })
  return resultOf(spec)
}

/** The value of a literal, or of an object of literals; undefined for what is not written out. */
function writtenOut(arg: Node): unknown {
  if (arg.op === 'value') return literalOf(arg)
  if (arg.op !== 'map') return undefined
  const members = arg.args.map(([name, value]) => [name, value].map(writtenOut))
  return members.flat().includes(undefined) ? undefined : Object.fromEntries(members)
}

/** A macro, a method of an optional, or a function that is called on its first argument. */
export function checkMethod(node: Extract<Node, { op: 'rcall' }>, walk: Walk): Known {
  const [name, receiver, args] = node.args
  if (macroOf(node)) return checkMacro(name, receiver, args, walk)
  if (isNamespace(receiver) && !walk.names.has('optional')) return checkNamespace(node, walk)
  if (!isOptionalMethod(name)) return checkCall(name, [receiver, ...args], node, walk)
  const optional = walk.look(receiver, walk)
  const given = args.map(arg => walk.look(arg, walk))
  const wanted = name === 'orValue' || name === 'or' ? 1 : 0
  if (!optional.optional || args.length !== wanted) {
    const message = `${name}() takes ${wanted} arguments and is for optionals, such as body.?x; ${sourceOf(receiver)} is ${optional.optional ? 'one' : 'none'}`
    walk.faults.push({ message, offset: node.start })
  }
  if (name === 'hasValue') return BOOLEAN
  if (name === 'or') return { optional: true }
  return withKind(name === 'value' || given[0]?.kind === optional.kind ? optional.kind : undefined)
}

function checkHas([path, ...more]: readonly Node[], node: Node, walk: Walk): Known {
  if (path && more.length === 0 && ['.', '.?', '[]', '[?]'].includes(path.op)) walk.look(path, { ...walk, strict: false })
  else walk.faults.push({ message: 'has() asks for one field: has(body.notes)', offset: node.start })
  return BOOLEAN
}

function checkArgument(spec: FunctionSpec, arg: Node, at: number, walk: Walk): void {
  const param = spec.params[at] ?? spec.rest
  if (!param) return
  const soft = param.nullable || spec.acceptsAbsent
  const known = soft ? walk.look(arg, spec.acceptsAbsent ? { ...walk, strict: false } : walk) : demandValue(arg, walk)
  if (param.kind === 'any' || known.kind === undefined || known.kind === param.kind || (param.nullable && known.kind === 'null')) return
  const message = `${spec.name}(): ${param.name} must be ${named(param.kind)}; ${sourceOf(arg)} is ${named(known.kind)}`
  walk.faults.push({ message, offset: arg.start })
}

function checkMacro(name: string, receiver: Node, args: readonly Node[], walk: Walk): Known {
  const list = demandValue(receiver, walk)
  if (list.kind && list.kind !== 'array' && list.kind !== 'object') {
    walk.faults.push({ message: `${name}() is for lists; ${sourceOf(receiver)} is ${named(list.kind)}`, offset: receiver.start })
  }
  const [variable, second, third] = args
  const item = variable?.op === 'id' ? variable.args : ''
  const place = list.kind === 'array' && list.place ? itemOf(list.place) : undefined
  const inner = within(walk, item, place ? knownAt(place) : {})
  if (name !== 'map' || third) demandCondition(name, second, inner)
  if (name === 'map') last(third ? prove(inner, second ? provenBy(second, true) : []) : inner, third ?? second)
  if (name === 'filter') return { kind: 'array', ...(list.place && { place: list.place }) }
  return name === 'map' ? { kind: 'array' } : BOOLEAN
}

function demandCondition(name: string, condition: Node | undefined, walk: Walk): void {
  if (condition) demand('boolean', condition, walk, `the condition of ${name}() must be true or false`)
}

function last(walk: Walk, value: Node | undefined): void {
  if (value) demandValue(value, walk)
}

/** Inside a macro: its item is a name, and what was proven of an outer one of that name is not. */
function within(walk: Walk, item: string, known: Known): Walk {
  const proven = [...walk.proven].filter(path => path !== item && !path.startsWith(`${item}.`))
  return { ...walk, names: new Map(walk.names).set(item, known), proven: new Set(proven) }
}

function checkNamespace(node: Extract<Node, { op: 'rcall' }>, walk: Walk): Known {
  const [name, , args] = node.args
  const [value] = args.map(arg => demandValue(arg, walk))
  const right = (name === 'of' && args.length === 1) || (name === 'none' && args.length === 0)
  if (!right)
    walk.faults.push({ message: `optional.${name}() is not known; there are optional.of(value) and optional.none()`, offset: node.start })
  return { ...withKind(value?.kind), optional: true }
}

function unknownFunction(name: string, node: Node, walk: Walk): Known {
  const known = functionsReference().map(one => one.name)
  const macro = isMacroName(name) ? `${name}() is called on a list: body.lines.${name}(line, ...)` : undefined
  walk.faults.push({ message: macro ?? `unknown function "${name}"${suggestion(name, known)}`, offset: node.start })
  return {}
}

function resultOf(spec: FunctionSpec): Known {
  return spec.returns === 'any' ? {} : { kind: spec.returns }
}
