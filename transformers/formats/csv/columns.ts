import { GatewayError, type Place } from '../../../gateway/errors.ts'
import { type CellType, type DecimalSign, readCell } from './cell.ts'

/** What bodies are made of rows by. */
export interface Columns {
  /** Absent: bodies are lists. */
  readonly names?: readonly string[]
  readonly types: Readonly<Record<string, CellType>>
  readonly decimal: DecimalSign
  readonly ragged: 'reject' | 'allow'
}

/** Makes the body of a row's cells. Throws NOT_READABLE for a wrong number of cells, SCHEMA_INVALID for cells of wrong types; `line` is told. */
export function bodyMaker({ names, types, decimal, ragged }: Columns): (cells: readonly string[], line: number) => unknown {
  if (!names) return cells => cells
  const typed = names.flatMap(name => (types[name] && types[name] !== 'text' ? [{ name, type: types[name] }] : []))
  return (cells, line) => {
    if (cells.length !== names.length) checkWidth(cells, names, { line, ragged })
    const body: Record<string, unknown> = {}
    const width = Math.min(cells.length, names.length)
    for (let index = 0; index < width; index++) body[names[index] ?? ''] = cells[index]
    return typed.length === 0 ? body : convert(body, typed, { line, decimal })
  }
}

function checkWidth(cells: readonly string[], names: readonly string[], { line, ragged }: { line: number; ragged: string }): void {
  if (ragged === 'allow' && cells.slice(names.length).every(cell => cell === '')) return
  const seen = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where there are ${names.length} columns`
  throw new GatewayError('NOT_READABLE', `line ${line}: ${seen} (${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''})`)
}

function convert(
  body: Record<string, unknown>,
  typed: readonly { name: string; type: CellType }[],
  { line, decimal }: { line: number; decimal: DecimalSign },
): unknown {
  const places: Place[] = []
  for (const { name, type } of typed) {
    try {
      const value = readCell(String(body[name] ?? ''), type, decimal)
      if (value === undefined) delete body[name]
      else body[name] = value
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      places.push({ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, line, message: error.message, rule: 'type' })
    }
  }
  const [first] = places
  if (first) throw new GatewayError('SCHEMA_INVALID', `line ${line}: ${first.pointer?.slice(1)}: ${first.message}`, { errors: places })
  return body
}

/** The names of columns that a header row gives. Throws NOT_READABLE where it cannot be one; `wanted` are columns that must be there. */
export function headerNames(cells: readonly string[], line: number, wanted: readonly string[]): readonly string[] {
  const refuse = (message: string): never => {
    throw new GatewayError('NOT_READABLE', `line ${line}: the header row ${message}`)
  }
  for (const [index, name] of cells.entries()) {
    if (name === '') refuse(`has no name for column ${index + 1}`)
    if (name === '__proto__') refuse('names a column __proto__, which is not allowed')
    if (cells.indexOf(name) < index) refuse(`names two columns "${name}"`)
  }
  const missing = wanted.filter(name => !cells.includes(name))
  if (missing.length > 0)
    refuse(`has no column ${missing.map(name => `"${name}"`).join(', ')} (there are: ${cells.slice(0, 20).join(', ')})`)
  return cells
}
