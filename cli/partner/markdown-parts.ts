import { bytes, span } from '../words.ts'
import type { SftpAccess } from './files.ts'

/** A row of a table; bars in its cells would be columns. */
export function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`
}

/** Bounds of what lies in the client's folder. */
export function quotaWords({ bytesBytes: most, files, sessions }: SftpAccess['quota'], idleMs: number): string {
  const parts = [
    ...(most === undefined ? [] : [`${bytes(most)} of files`]),
    ...(files === undefined ? [] : [`${files} files`]),
    ...(sessions === undefined ? [] : [`${sessions} connections`]),
  ]
  return `At one time: ${parts.join(', ')}; what was accepted no longer counts. A connection without a request is closed after ${span(idleMs)}.`
}
