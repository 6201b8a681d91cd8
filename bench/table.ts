import { type Claim, columns, type Sample } from './result.ts'

/** A value of a column with its decimals; empty where it was not measured. */
export function cell(value: number | undefined, decimals: number): string {
  return value === undefined ? '' : value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

/** Rows with a head: the columns in which at least one row has a value. */
export function cells(rows: readonly Sample[], head = ''): readonly (readonly string[])[] {
  const used = columns.filter(([column]) => rows.some(({ values }) => values[column] !== undefined))
  return [
    [head, ...used.map(([, title]) => title)],
    ...rows.map(({ name, values }) => [name, ...used.map(([column, , decimals]) => cell(values[column], decimals))]),
  ]
}

/** Claims with a head: what, measured, wanted, and whether it holds. */
export function claimCells(claims: readonly Claim[]): readonly (readonly string[])[] {
  return [['', 'measured', 'wanted', ''], ...claims.map(claim => [claim.what, measured(claim), wanted(claim), verdict(claim)])]
}

function measured({ value, unit }: Claim): string {
  return unit === undefined ? cell(value, 2) : `${cell(value, 0)} ${unit}`
}

function wanted({ atLeast, atMost, unit }: Claim): string {
  const suffix = unit === undefined ? '' : ` ${unit}`
  if (atLeast !== undefined) return `at least ${atLeast}${suffix}`
  return atMost === undefined ? '' : `at most ${atMost.toLocaleString('en')}${suffix}`
}

function verdict({ value, atLeast, atMost }: Claim): string {
  if (atLeast === undefined && atMost === undefined) return ''
  return value >= (atLeast ?? value) && value <= (atMost ?? value) ? 'yes' : 'no'
}

/** Lines of text with aligned columns: the first to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** A table of Markdown. */
export function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
