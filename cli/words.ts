import type { RecordMeta } from '../gateway/message.ts'
import { plain } from './terminal.ts'

/** A table with aligned columns, a line a row; no line ends in blanks. Cells are made safe for the terminal. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [heads, ...rows.map(row => row.map(plain))]
  const widths = heads.map((_, column) => Math.max(...lines.map(line => [...(line[column] ?? '')].length)))
  return lines.map(line =>
    line
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  )
}

/** An entry and, where it has a name of its own, its target. A message that was never accepted has the entry `-`. */
export function entryWords(entry: string, target: string): string {
  if (entry === '-') return 'the message itself'
  return entry === target ? plain(entry) : `${plain(entry)} (${plain(target)})`
}

/** Where a record stands in what it is a part of: `line 4 (record 3)`, `a.csv line 4 (record 3)`, `record 3`. */
export function recordWords({ number, line, entry }: Pick<RecordMeta, 'number' | 'line' | 'entry'>): string {
  if (line === undefined) return entry === undefined ? `record ${number}` : `${plain(entry)} record ${number}`
  return `${entry === undefined ? '' : `${plain(entry)} `}line ${line} (record ${number})`
}

/** `1 message`, `3 messages`, `1,200 messages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** `2026-11-24 17:02:11.120`, in UTC as the logs have it. */
export function moment(iso: string): string {
  return plain(iso).replace('T', ' ').replace('Z', '')
}

/** `17:02:11`, in UTC. */
export function clock(iso: string): string {
  return plain(iso).slice(11, 19)
}

const STEPS = [
  { ms: 86_400_000, unit: 'd' },
  { ms: 3_600_000, unit: 'h' },
  { ms: 60_000, unit: 'min' },
  { ms: 1_000, unit: 's' },
] as const

/** A span in the two largest units that people would say: `250 ms`, `5 s`, `2 min 5 s`, `3 d 4 h`. */
export function span(ms: number): string {
  const length = Math.max(0, Math.round(ms))
  const first = STEPS.findIndex(step => length >= step.ms)
  const large = STEPS[first]
  if (!large) return `${length} ms`
  if (large.unit === 's') return `${Number((length / 1_000).toFixed(length < 10_000 ? 1 : 0))} s`
  const small = STEPS[first + 1] ?? large
  const rest = Math.floor((length % large.ms) / small.ms)
  return `${Math.floor(length / large.ms)} ${large.unit}${rest > 0 && small !== large ? ` ${rest} ${small.unit}` : ''}`
}

/** `512 B`, `3.4 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log2(count) / 10))
  const value = count / 1_024 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`
}

/** `a, b and c`; more than `most` are counted. */
export function listed(names: readonly string[], most = 12): string {
  const shown = names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : names
  const last = shown.at(-1) ?? 'none'
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** At most `length` characters of a text from outside, on one line. */
export function short(text: string, length = 160): string {
  const line = plain(text)
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`
}
