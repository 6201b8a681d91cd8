import type { Comparison } from './order.ts'

// The order of dates, times and durations (Datatypes, 3.2.6 and 3.2.7).

const FORM = /^(-?\d{4,})?(?:-?-(\d\d))?(?:-(?:-)?(\d\d))?(?:T?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$/
const GDAY = /^---(\d\d)(Z|[+-]\d\d:\d\d)?$/
const GMONTH = /^--(\d\d)(?:--)?(Z|[+-]\d\d:\d\d)?$/
const TIMES = new Set(['dateTime', 'date', 'time', 'gYear', 'gYearMonth', 'gMonthDay', 'gDay', 'gMonth'])
/** A time without a zone is somewhere within so many seconds. */
const ZONES = 14 * 3_600

interface Moment {
  readonly seconds: number
  /** Digits behind the point. */
  readonly fraction: string
  readonly zoned: boolean
}

/** Orders two texts of a type of times or of durations; undefined for all other types. */
export function compareTimes(primitive: string): Comparison | undefined {
  if (primitive === 'duration') return compareDurations
  if (!TIMES.has(primitive)) return undefined
  return (a, b) => compareMoments(momentOf(a, primitive), momentOf(b, primitive))
}

function compareMoments(a: Moment, b: Moment): number {
  if (a.zoned === b.zoned) return orderOf(a, b, 0)
  const [early, late] = a.zoned ? [orderOf(a, b, -ZONES), orderOf(a, b, ZONES)] : [orderOf(a, b, ZONES), orderOf(a, b, -ZONES)]
  return early === late ? early : Number.NaN
}

function orderOf(a: Moment, b: Moment, shift: number): number {
  const seconds = a.seconds - b.seconds - shift
  if (seconds !== 0) return Math.sign(seconds)
  const [one, other] = padded(a.fraction, b.fraction)
  return one === other ? 0 : one < other ? -1 : 1
}

function padded(a: string, b: string): [string, string] {
  const length = Math.max(a.length, b.length)
  return [a.padEnd(length, '0'), b.padEnd(length, '0')]
}

function momentOf(text: string, primitive: string): Moment {
  if (primitive === 'gDay' || primitive === 'gMonth') return partOf(text, primitive)
  const [, year = '2000', month = '1', day = '1', hours = '0', minutes = '0', seconds = '0', fraction = '', zone] = FORM.exec(text) ?? []
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return {
    seconds: dayNumber(Number(year), Number(month), Number(day)) * 86_400 + clock - offsetOf(zone),
    fraction,
    zoned: zone !== undefined,
  }
}

function partOf(text: string, primitive: 'gDay' | 'gMonth'): Moment {
  const [, number = '1', zone] = (primitive === 'gDay' ? GDAY : GMONTH).exec(text) ?? []
  const day = primitive === 'gDay' ? dayNumber(2000, 1, Number(number)) : dayNumber(2000, Number(number), 1)
  return { seconds: day * 86_400 - offsetOf(zone), fraction: '', zoned: zone !== undefined }
}

/** Days of the proleptic Gregorian calendar since 1 March of the year 0; months beyond 12 are of later years. */
function dayNumber(year: number, month: number, day: number): number {
  const months = year * 12 + month - 3
  const [y, m] = [Math.floor(months / 12), months - Math.floor(months / 12) * 12]
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 1
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60
}

const DURATION = /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/
/** Where months are of different lengths, an order holds only if it holds from each of these (Datatypes, 3.2.6.2). */
const STARTS = [
  [1696, 9],
  [1697, 2],
  [1903, 3],
  [1903, 7],
] as const

function compareDurations(a: string, b: string): number {
  const [one, other] = [durationOf(a), durationOf(b)]
  const orders = STARTS.map(([year, month]) => {
    const after = ({ months, seconds }: Duration): number => dayNumber(year, month + months, 1) * 86_400 + seconds
    return Math.sign(after(one) - after(other))
  })
  return orders.every(order => order === orders[0]) ? (orders[0] ?? 0) : Number.NaN
}

interface Duration {
  readonly months: number
  readonly seconds: number
}

function durationOf(text: string): Duration {
  const [, sign, years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(text) ?? []
  const factor = sign === '-' ? -1 : 1
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return { months: factor * (Number(years) * 12 + Number(months)), seconds: factor * (Number(days) * 86_400 + clock) }
}
