import type { FormFault, ReadFile } from './mount.ts'

interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

interface Csv {
  readonly rows: readonly Row[]
  readonly faults: readonly FormFault[]
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

/** Reads a code table (RFC 4180): the first line names the columns, the first column is the key; with two columns the second is the value, with more each value is an object. */
export function readCsv(file: string, text: string): ReadFile {
  const { rows, faults: broken } = parse(text.replace(/^\uFEFF/, ''))
  const [header, ...lines] = rows
  const faults: FormFault[] = [...broken]
  const places = new Map<string, number>()
  const value: Record<string, unknown> = Object.create(null)
  if (header && header.cells.length < 2) faults.push(wrong(header, 'a code table needs a key and at least one other column'))
  for (const row of lines) {
    const [key = ''] = row.cells
    const before = places.get(key)
    if (header && row.cells.length !== header.cells.length) faults.push(wrong(row, widths(row, header)))
    else if (before !== undefined) faults.push({ ...wrong(row, twice(key, file, before)), code: 'DUPLICATE', mend: 'keep one of the two' })
    else {
      places.set(key, row.line)
      value[key] = cellsValue(row.cells, header?.cells ?? [])
    }
  }
  return { file, value: header ? value : undefined, faults, locate: path => ({ line: places.get(String(path[0])) ?? 1, column: 1 }) }
}

function cellsValue(cells: readonly string[], names: readonly string[]): unknown {
  if (cells.length === 2) return cells[1]
  return Object.fromEntries(cells.slice(1).map((cell, index) => [names[index + 1] ?? `column${index + 2}`, cell]))
}

function wrong(row: Row, message: string): FormFault {
  return { code: 'WRONG_VALUE', place: { line: row.line, column: 1 }, message }
}

function widths(row: Row, header: Row): string {
  return `has ${row.cells.length} columns where the first line has ${header.cells.length} (${header.cells.join(', ')})`
}

function twice(key: string, file: string, line: number): string {
  return `key "${key}" is given twice: here and at ${file}:${line}:1`
}

function parse(text: string): Csv {
  const rows: Row[] = []
  let cells: string[] = []
  let line = 1
  let begun = 1
  for (CELL.lastIndex = 0; CELL.lastIndex < text.length || cells.length > 0; ) {
    const match = CELL.exec(text)
    if (!match)
      return { rows, faults: [{ code: 'YAML', place: { line, column: 1 }, message: 'a quote in this line is not closed or not doubled' }] }
    const [whole, quoted, plain = '', end] = match
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += whole.split('\n').length - 1
    if (end === ',') continue
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: begun })
    cells = []
    begun = line
  }
  return { rows, faults: [] }
}
