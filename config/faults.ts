/** A place in the merged config: `['routes', 'orders', 'to', 0, 'when']`. What stands in a file of its own has the path it would have in waybill.yaml; mappings are `['mappings', NAME, ...]`, tests `['tests', NAME, ...]`. */
export type Path = readonly (string | number)[]

/** One fault of a project: where, what was seen, what is allowed, the mend. */
export interface Fault {
  readonly code: FaultCode
  /** From the project's folder. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** `unknown target "wharehouse"; did you mean "warehouse"? (known: accounting, crm, warehouse)` */
  readonly message: string
  /** What to do, where the message does not say it yet. */
  readonly mend?: string
}

/** The kinds of faults; each is documented in docs/reference/config-faults.md. */
export type FaultCode =
  | 'YAML'
  | 'DUPLICATE'
  | 'UNKNOWN_KEY'
  | 'MISSING'
  | 'WRONG_TYPE'
  | 'WRONG_VALUE'
  | 'REFERENCE'
  | 'FILE'
  | 'SCHEMA'
  | 'WSDL'
  | 'EXPRESSION'
  | 'UNKNOWN_NAME'
  | 'MAPPING'
  | 'UNREACHABLE'
  | 'UNUSED'
  | 'LEFT_OUT'
  | 'CONFLICT'

/** Whether it keeps a gateway from running: what nothing uses does not, so that a route which was taken out at night is no obstacle. */
export function isGrave({ code }: Pick<Fault, 'code'>): boolean {
  return code !== 'UNUSED' && !isWarning({ code })
}

/** Whether it is only to be known: nobody has to mend anything. */
export function isWarning({ code }: Pick<Fault, 'code'>): boolean {
  return code === 'LEFT_OUT'
}

export interface FaultDetails {
  /** Point at the key, not at its value. */
  readonly atKey?: boolean
  /** Characters into the text at the path: for expressions. */
  readonly offset?: number
  /** Where it stands, in a file that the path names. */
  readonly at?: Pick<Fault, 'file' | 'line' | 'column'>
  readonly mend?: string
}

/** Collects all faults of a project; nothing stops at the first. */
export interface Faults {
  add(code: FaultCode, path: Path, message: string, details?: FaultDetails): void
  /** Without warnings. */
  readonly count: number
}

/** `; did you mean "x"?` and the list of what is known, for a name that is not. */
export function suggestion(seen: string, known: readonly string[]): string {
  const near = nearest(seen, known)
  const list =
    known.length === 0 ? 'none are defined' : `known: ${[...known].sort().slice(0, 20).join(', ')}${known.length > 20 ? ', ...' : ''}`
  return `${near ? `; did you mean "${near}"?` : ''} (${list})`
}

/** The known name within a third of the seen one's length in edits (at least 2), or undefined. */
export function nearest(seen: string, known: readonly string[]): string | undefined {
  const bound = Math.max(2, Math.floor(seen.length / 3))
  const ranked = known.map(name => ({ name, edits: distance(seen.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.edits - b.edits)
  const [best] = ranked
  return best && best.edits <= bound ? best.name : undefined
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const swap = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(swap, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
