import type { ExpressionFault, Kind, Scope } from './expression.ts'
import type { Node } from './parse.ts'

export interface Checked {
  readonly faults: readonly ExpressionFault[]
  readonly kind?: Kind
}

export function check(_node: Node, _scope: Scope, _strict: boolean): Checked {
  return { faults: [] }
}
