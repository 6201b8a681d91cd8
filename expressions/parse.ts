import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import type { ExpressionFault } from './expression.ts'

/** A node of the syntax tree; `start` and `end` are its place in the text. */
export type Node = ASTNode

/** So that no text of a config can exhaust the process. */
const limits = { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 1_000, maxMapEntries: 200, maxCallArguments: 16 }
const environment = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true, limits })

/** The syntax tree of a CEL text, or the first thing in it that is no CEL. */
export function parse(text: string): { readonly node: Node } | { readonly fault: ExpressionFault } {
  try {
    return { node: environment.parse(text).ast }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return { fault: { message: `${error.summary} (expressions are CEL)`, offset: error.range?.start ?? 0 } }
  }
}

/** The text that a node was read from. */
export function sourceOf(node: Node): string {
  return node.input.slice(node.start, node.end)
}
