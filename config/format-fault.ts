import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from './faults.ts'

/** One line: `routes/orders.yaml:12:9 unknown target "wharehouse"; did you mean "warehouse"? (known: accounting, crm, warehouse)`. */
export function formatFault({ file, line, column, message, mend }: Fault): string {
  return `${file}:${line}:${column} ${message}${mend === undefined ? '' : `; ${mend}`}`
}

const CREDENTIAL = /((?:password|secret|token|apikey|bearer|value)["']?\s*:\s*).*$/i
const MAX_WIDTH = 160

/** For a terminal: the fault, its line of the file with a caret below, and the mend. Credentials of that line are not shown. */
export function excerptFault(dir: string, fault: Fault): string {
  const { file, line, column, message, mend } = fault
  const text = lineOf(join(dir, file), line)
  const margin = ' '.repeat(String(line).length)
  const excerpt = text === undefined || column > MAX_WIDTH ? [] : [`  ${line} | ${shown(text)}`, `  ${margin} | ${' '.repeat(column - 1)}^`]
  return [`${file}:${line}:${column} ${message}`, ...excerpt, ...(mend === undefined ? [] : [`  ${mend}`])].join('\n')
}

function shown(text: string): string {
  const masked = text.replace(CREDENTIAL, '$1***')
  return masked.length > MAX_WIDTH ? `${masked.slice(0, MAX_WIDTH)}...` : masked
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1]?.replaceAll('\t', ' ')
  } catch {
    return undefined
  }
}
