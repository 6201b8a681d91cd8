import type { Node } from './parse.ts'

const MACROS: Readonly<Record<string, readonly number[]>> = { exists: [2], exists_one: [2], all: [2], filter: [2], map: [2, 3] }
const OPTIONAL_METHODS = new Set(['orValue', 'or', 'hasValue', 'value'])

/** The macro that a method call is, or undefined. */
export function macroOf(node: Extract<Node, { op: 'rcall' }>): string | undefined {
  const [name, , args] = node.args
  return MACROS[name]?.includes(args.length) ? name : undefined
}

/** True for a name of a macro, whatever its arguments. */
export function isMacroName(name: string): boolean {
  return Object.hasOwn(MACROS, name)
}

/** True for a method that only optionals have. */
export function isOptionalMethod(name: string): boolean {
  return OPTIONAL_METHODS.has(name)
}

/** Does the node yield an optional, as `body.?x` does? Known from its form alone: no other value ever holds one. */
export function yieldsOptional(node: Node): boolean {
  switch (node.op) {
    case '.?':
    case '[?]':
      return true
    case '.':
    case '[]':
      return yieldsOptional(node.args[0])
    case '?:':
      return yieldsOptional(node.args[1]) || yieldsOptional(node.args[2])
    case 'rcall':
      return isNamespace(node.args[1]) || (node.args[0] === 'or' && yieldsOptional(node.args[1]))
    default:
      return false
  }
}

/** `optional` of optional.of(x) and optional.none(). */
export function isNamespace(node: Node): boolean {
  return node.op === 'id' && node.args === 'optional'
}

/** A path in its plain form, `body.lines`, whatever way it is written; undefined for what is no path. */
export function pathOf(node: Node): string | undefined {
  if (node.op === 'id') return node.args
  if (node.op === '.' || node.op === '.?') return joined(node.args[0], node.args[1])
  if (node.op !== '[]' && node.op !== '[?]') return undefined
  const key = node.args[1]
  return key.op === 'value' && typeof key.args === 'string' ? joined(node.args[0], key.args) : undefined
}

function joined(base: Node, name: string): string | undefined {
  const path = pathOf(base)
  return path === undefined ? undefined : `${path}.${name}`
}
