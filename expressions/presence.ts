import type { Node } from './parse.ts'
import { pathOf } from './shapes.ts'

/** The paths that are certainly there when the node has turned out true (or false): what `has(body.x)`, `"x" in body` and their like prove. */
export function provenBy(node: Node, outcome: boolean): readonly string[] {
  if (node.op === '!_') return provenBy(node.args, !outcome)
  if (node.op === (outcome ? '&&' : '||')) return node.args.flatMap(side => provenBy(side, outcome))
  return outcome ? provenTrue(node) : []
}

function provenTrue(node: Node): readonly string[] {
  if (node.op === 'call' && node.args[0] === 'has') return prefixesOf(node.args[1][0])
  if (node.op === 'rcall' && node.args[0] === 'hasValue') return prefixesOf(node.args[1])
  if (node.op !== 'in') return []
  const [name, object] = node.args
  const base = pathOf(object)
  return base !== undefined && name.op === 'value' && typeof name.args === 'string' ? [`${base}.${name.args}`] : []
}

/** `body.a.b`: body.a is there as well. */
function prefixesOf(node: Node | undefined): readonly string[] {
  const path = node && pathOf(node)
  if (path === undefined) return []
  const steps = path.split('.')
  return steps.map((_, at) => steps.slice(0, at + 1).join('.'))
}
