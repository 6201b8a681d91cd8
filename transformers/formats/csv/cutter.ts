import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import type { ReadRecord } from '../../format.ts'
import type { Charset } from '../charsets.ts'
import type { Cutter } from '../records/cut-reader.ts'
import { createTexts } from '../records/texts.ts'
import { bodyMaker, type Columns, headerNames } from './columns.ts'
import type { Dialect } from './dialect.ts'
import type { Row } from './row.ts'
import { createRows } from './rows.ts'

/** How a CSV is read. */
export interface CsvReading {
  readonly charset: Charset
  readonly dialect: Dialect
  readonly columns: Columns
  /** The first row names the columns, these among them; absent: it does not. */
  readonly wanted?: readonly string[]
  readonly skip: number
}

/** Makes records of the rows of one CSV. */
export function createCsvCutter({ charset, dialect, columns, wanted, skip }: CsvReading): Cutter {
  const rows = createRows(charset, dialect)
  const texts = createTexts(charset)
  let row: Row = { cells: [], end: 0 }
  let from = 0
  let line = 1
  let next = 1
  const place = (): string => `line ${line}`
  let bodyOf = wanted ? undefined : bodyMaker(columns)

  const bodyIn = (raw: Uint8Array): unknown => {
    if (row.fault !== undefined) throw new GatewayError('NOT_READABLE', `${place()}: ${row.fault}`)
    const cells = texts.of(row.cells, { from, end: row.end, place, raw })
    if (bodyOf) return bodyOf(cells, line)
    bodyOf = bodyMaker({ ...columns, names: headerNames(cells, line, wanted ?? []) })
    return undefined
  }
  return {
    endless: 'is a quote never closed?',
    place: () => `line ${next}`,
    window(units) {
      rows.window(units)
      texts.window(units)
    },
    end(at, last) {
      const found = rows.next(at, last, next <= skip)
      if (!found) return -1
      row = found
      from = at
      return found.end
    },
    record(number, raw): ReadRecord | undefined {
      line = next
      next += texts.lines(from, row.end)
      if (row.none) return undefined
      const isHeader = !bodyOf
      try {
        const body = bodyIn(raw)
        return isHeader ? undefined : { number, line, body, raw }
      } catch (error) {
        if (isHeader || !(error instanceof GatewayError)) throw asGatewayError(error)
        return { number, line, error, raw }
      }
    },
  }
}
