import { type Fault, isWarning } from '../config/faults.ts'
import { excerptFault, formatFault } from '../config/format-fault.ts'
import type { Terminal } from './terminal.ts'
import { counted } from './words.ts'

/** Faults of the project in a folder for people: a line each, on a terminal with the place in its file; then their count. */
export function faultLines(dir: string, faults: readonly Fault[], { interactive }: Pick<Terminal, 'interactive'>): string[] {
  const told = faults.map(fault => (isWarning(fault) ? { ...fault, message: `warning: ${fault.message}` } : fault))
  const lines = told.flatMap(fault => (interactive ? [...excerptFault(dir, fault).split('\n'), ''] : [formatFault(fault)]))
  const counts = [
    { all: faults.filter(fault => !isWarning(fault)), one: 'fault' },
    { all: faults.filter(isWarning), one: 'warning' },
  ].filter(({ all }) => all.length > 0)
  return [...lines, ...counts.map(({ all, one }) => `${counted(all.length, one)} in ${counted(filesOf(all), 'file')}`)]
}

function filesOf(faults: readonly Fault[]): number {
  return new Set(faults.map(({ file }) => file)).size
}
