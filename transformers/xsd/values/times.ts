// The order of dates, times and durations (Datatypes, 3.2.6 and 3.2.7).

const TIMES = new Set(['dateTime', 'date', 'time', 'gYear', 'gYearMonth', 'gMonthDay', 'gDay', 'gMonth'])
const DATE = /^(-?\d{4,})?(?:-?-(\d\d))?(?:-(?:-)?(\d\d))?$/

/** Orders two texts of a type of times or of durations; undefined for all other types. Without a zone a time counts as UTC. */
export function compareTimes(primitive: string): ((a: string, b: string) => number) | undefined {
  if (primitive === 'duration') return (a, b) => secondsOf(a) - secondsOf(b)
  if (!TIMES.has(primitive)) return undefined
  return (a, b) => momentOf(a, primitive) - momentOf(b, primitive)
}

function momentOf(text: string, primitive: string): number {
  const [, bare = text, zone = 'Z'] = /^(.*?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  const [date = '', clock = '00:00:00'] = primitive === 'time' ? ['', bare] : bare.split('T')
  const { year, month, day } = dateOf(date, primitive)
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  const days = Date.UTC(2000, month - 1, day) + (year - 2000) * 31_556_952_000
  const exact = Math.abs(year) < 200_000 ? utc(year, month, day) : days
  return exact + ((hours * 60 + minutes) * 60 + seconds) * 1_000 - offsetOf(zone)
}

function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime()
}

function dateOf(text: string, primitive: string): { readonly year: number; readonly month: number; readonly day: number } {
  if (primitive === 'gDay') return { year: 2000, month: 1, day: Number(text.slice(3)) }
  const [, year = '2000', month = '1', day = '1'] = DATE.exec(text) ?? []
  return { year: Number(year), month: Number(month), day: Number(day) }
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** A month counts as the mean one: the order of durations that differ in it is partial, and this is the nearest to it. */
function secondsOf(text: string): number {
  const [, sign, years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text) ?? []
  const whole = (Number(years) * 12 + Number(months)) * 2_629_746 + Number(days) * 86_400
  const total = whole + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -total : total
}
