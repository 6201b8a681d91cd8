import { EvaluationError } from '../expression.ts'
import { decimalOf } from '../numbers.ts'
import { dateFault, writeMoment } from './dates.ts'
import { define, type FunctionSpec, failureOf, number, text } from './define.ts'
import { remember } from './remember.ts'

/** Functions on moments: milliseconds since 1970, such as meta.receivedAt. */
export const momentFunctions: readonly FunctionSpec[] = [
  define({
    name: 'localTime',
    params: [number('milliseconds'), text('timeZone'), text('format')],
    returns: 'string',
    description:
      'The date and time of a moment, in milliseconds since 1970 as meta.receivedAt is, in a time zone and in a format (YYYY, YY, MM, DD, HH, mm, ss).',
    example: 'localTime(body.at, "Europe/Berlin", "YYYY-MM-DD")',
    verify: ([, zone, format]) =>
      (typeof zone === 'string' ? failureOf(() => clockOf(zone)) : undefined) ??
      (typeof format === 'string' ? dateFault(format) : undefined),
    run: (milliseconds, zone, format) => writeMoment(momentIn(decimalOf(milliseconds).toNumber(), zone), format),
  }),
]

const clockOf = remember(madeClock, 100)

const TWO = '2-digit'

function madeClock(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: TWO, day: TWO, hour: TWO, minute: TWO, second: TWO } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn', ...parts })
  } catch {
    throw new EvaluationError(`${JSON.stringify(timeZone.slice(0, 60))} is no time zone, such as Europe/Berlin or UTC`)
  }
}

function momentIn(milliseconds: number, timeZone: string) {
  const year = new Date(milliseconds).getUTCFullYear()
  if (!(year >= 1 && year <= 9998)) throw new EvaluationError(`localTime(): ${milliseconds} ms is no moment of the years 1 to 9998`)
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(milliseconds)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute'), second: part('second') },
  }
}
