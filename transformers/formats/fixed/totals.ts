import { Decimal } from 'decimal.js'
import type { Place } from '../../../gateway/errors.ts'
import { numberOf } from '../../json/decimal-number.ts'
import { compare, isExactNumber } from '../../json/exact-number.ts'
import type { Layout, RecordType, Sum } from './model.ts'

const Exact = Decimal.clone({ precision: 60, defaults: true })

/** Counts and sums over the records of one sequence. */
export interface Totals {
  /** A record of a type; `body` is undefined where it could not be read. */
  add(type: RecordType | undefined, body: Readonly<Record<string, unknown>> | undefined): void
  /** What the trailer's fields of counts and sums are. */
  values(): Record<string, unknown>
  /** Where a trailer says otherwise. Sums are not compared where a record could not be read. */
  mismatches(trailer: Readonly<Record<string, unknown>>): readonly Place[]
}

/** Totals as the layout's trailer has them. */
export function createTotals({ header, trailer }: Layout): Totals {
  const counts = trailer?.counts ?? []
  const sums = (trailer?.sums ?? []).map(sum => ({ ...sum, value: new Exact(0) }))
  const byType = new Map<string, number>()
  let records = 0
  let unread = 0
  const countOf = (of: string): number => {
    if (of === 'records') return records
    return of === 'all' ? records + (header ? 2 : 1) : (byType.get(of) ?? 0)
  }
  return {
    add(type, body) {
      records++
      if (type) byType.set(type.name, (byType.get(type.name) ?? 0) + 1)
      if (!type || !body) unread++
      else for (const sum of sums) sum.value = sum.value.plus(amountOf(sum, type, body))
    },
    values() {
      const counted = counts.map(({ field, of }) => [field.name, countOf(of)])
      return Object.fromEntries([...counted, ...sums.map(({ field, value }) => [field.name, numberOf(value.toFixed())])])
    },
    mismatches(said) {
      const wrongCounts = counts.flatMap(({ field, of }) =>
        mismatch(said, field.name, { found: countOf(of), as: countText(of, countOf(of)) }),
      )
      if (unread > 0) return wrongCounts
      return [
        ...wrongCounts,
        ...sums.flatMap(({ field, of, value }) =>
          mismatch(said, field.name, { found: numberOf(value.toFixed()), as: `the sum of ${of} is ${value.toFixed()}` }),
        ),
      ]
    },
  }
}

function amountOf({ of, in: types }: Sum, type: RecordType, body: Readonly<Record<string, unknown>>): Decimal.Value {
  const value = types.includes(type) ? body[of] : undefined
  if (isExactNumber(value)) return value.text
  return typeof value === 'number' ? value : 0
}

function countText(of: string, count: number): string {
  if (of === 'records') return `${count} came`
  return of === 'all' ? `${count} came with header and trailer` : `${count} of "${of}" came`
}

function mismatch(
  said: Readonly<Record<string, unknown>>,
  name: string,
  { found, as }: { found: ReturnType<typeof numberOf>; as: string },
): readonly Place[] {
  const value = said[name]
  if ((typeof value === 'number' || isExactNumber(value)) && compare(value, found) === 0) return []
  const message = `the trailer says ${name}: ${value === undefined ? 'nothing' : String(value)}, and ${as}`
  return [{ pointer: `/trailer/${name}`, message, rule: 'trailer' }]
}
