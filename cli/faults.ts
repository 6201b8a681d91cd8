import type { Fault } from '../config/faults.ts'
import { excerptFault, formatFault } from '../config/format-fault.ts'
import type { Terminal } from './terminal.ts'
import { counted } from './words.ts'

/** Faults of the project in a folder for people: a line each, on a terminal with the place in its file; then their count. */
export function faultLines(dir: string, faults: readonly Fault[], { interactive }: Pick<Terminal, 'interactive'>): string[] {
  const files = new Set(faults.map(({ file }) => file))
  const lines = faults.flatMap(fault => (interactive ? [...excerptFault(dir, fault).split('\n'), ''] : [formatFault(fault)]))
  return [...lines, `${counted(faults.length, 'fault')} in ${counted(files.size, 'file')}`]
}
