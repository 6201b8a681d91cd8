import type { Fault } from '../config/faults.ts'
import type { Terminal } from './terminal.ts'
import { plain } from './terminal.ts'
import { counted } from './words.ts'

/** Faults of a project for people: a line each, by file, and their count. */
export function faultLines(faults: readonly Fault[], terminal: Pick<Terminal, 'paint'>): string[] {
  const files = new Set(faults.map(({ file }) => file))
  return [...faults.map(fault => faultLine(fault, terminal)), `${counted(faults.length, 'fault')} in ${counted(files.size, 'file')}`]
}

function faultLine({ file, line, column, message, mend }: Fault, { paint }: Pick<Terminal, 'paint'>): string {
  return `${paint('bold', `${file}:${line}:${column}`)} ${plain(message)}${mend === undefined ? '' : `; ${plain(mend)}`}`
}
