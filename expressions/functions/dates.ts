import { EvaluationError } from '../expression.ts'
import { define, type FunctionSpec, failureOf, text } from './define.ts'
import { remember } from './remember.ts'

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'
type Moment = Record<Field, number>

interface Token {
  readonly field: Field
  readonly digits: number
}

const TOKENS: Readonly<Record<string, Token>> = {
  YYYY: { field: 'year', digits: 4 },
  YY: { field: 'year', digits: 2 },
  MM: { field: 'month', digits: 2 },
  DD: { field: 'day', digits: 2 },
  HH: { field: 'hour', digits: 2 },
  mm: { field: 'minute', digits: 2 },
  ss: { field: 'second', digits: 2 },
}
const PART = /YYYY|YY|MM|DD|HH|mm|ss/g
const FORMAT_HELP = 'YYYY, YY, MM, DD, HH, mm, ss'

/** Functions on dates; all others than the tokens in a format stand for themselves. YY is 1970 to 2069. */
export const dateFunctions: readonly FunctionSpec[] = [
  define({
    name: 'date',
    params: [text('text'), text('format')],
    returns: 'string',
    description: `The date in ISO form, YYYY-MM-DD, of a text in the given format (${FORMAT_HELP}); a date that does not exist is an error.`,
    example: 'date(body.orderDate, "MM/DD/YYYY")',
    verify: literals => formatFault(literals.slice(1)),
    run: (value, format) => isoDate(read(value, format, 'date()')),
  }),
  define({
    name: 'dateTime',
    params: [text('text'), text('format')],
    returns: 'string',
    description: `Date and time in ISO form, YYYY-MM-DDTHH:mm:ss, of a text in the given format (${FORMAT_HELP}), in the text's own time zone.`,
    example: 'dateTime(body.createdAt, "DD.MM.YYYY HH:mm")',
    verify: literals => formatFault(literals.slice(1)),
    run: (value, format) => isoDateTime(read(value, format, 'dateTime()')),
  }),
  define({
    name: 'formatDate',
    params: [text('text'), text('from'), text('to')],
    returns: 'string',
    description: `A date or time in one format written in another (${FORMAT_HELP}).`,
    example: 'formatDate(body.placedAt, "YYYY-MM-DD", "DD.MM.YYYY")',
    verify: literals => formatFault(literals.slice(1)),
    run: (value, from, to) => writeMoment(read(value, from, 'formatDate()'), to),
  }),
]

/** Why a text is no date or time in a format, or the format names none; undefined where all is well. Without a text only the format is looked at. */
export function dateFault(format: string, value?: string): string | undefined {
  return failureOf(() => (value === undefined ? formatOf(format) : read(value, format, 'the date')))
}

interface Format {
  readonly pattern: RegExp
  readonly tokens: readonly Token[]
}

/** What is wrong with the formats among literal arguments. */
function formatFault(literals: readonly unknown[]): string | undefined {
  const written = literals.filter(literal => typeof literal === 'string')
  return failureOf(() => written.map(formatOf))
}

const formatOf = remember(compileFormat, 500)

function compileFormat(format: string): Format {
  if (format.length > 60) throw new EvaluationError(`a date format has at most 60 characters, saw ${format.length}`)
  const names = format.match(PART) ?? []
  const pattern = format.split(PART).map(escaped)
  const tokens = names.flatMap(name => TOKENS[name] ?? [])
  if (tokens.length === 0) throw new EvaluationError(`the date format ${JSON.stringify(format)} names no part of a date (${FORMAT_HELP})`)
  return { tokens, pattern: new RegExp(`^${pattern.map((part, at) => part + group(tokens[at])).join('')}$`) }
}

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function group(token: Token | undefined): string {
  return token ? `(\\d{${token.digits}})` : ''
}

function read(value: string, format: string, where: string): Moment {
  const { pattern, tokens } = formatOf(format)
  const found = pattern.exec(value)
  const moment: Moment = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
  tokens.forEach(({ field, digits }, at) => {
    const read = Number(found?.[at + 1])
    moment[field] = field === 'year' && digits === 2 ? read + (read < 70 ? 2000 : 1900) : read
  })
  if (!found) throw new EvaluationError(`${where}: ${JSON.stringify(value.slice(0, 40))} has not the form ${format}`)
  if (!exists(moment)) throw new EvaluationError(`${where}: ${JSON.stringify(value)} (${format}) is a date that does not exist`)
  return moment
}

function exists({ year, month, day, hour, minute, second }: Moment): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= lastDay(year, month) && hour <= 23 && minute <= 59 && second <= 59
}

function lastDay(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (month === 2) return leap ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isoDate({ year, month, day }: Moment): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function isoDateTime(moment: Moment): string {
  return `${isoDate(moment)}T${two(moment.hour)}:${two(moment.minute)}:${two(moment.second)}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** A moment in a format of dates; throws EvaluationError where the format names no part of one. */
export function writeMoment(moment: Moment, format: string): string {
  formatOf(format)
  return format.replace(PART, name => {
    const token = TOKENS[name]
    return token ? String(moment[token.field]).padStart(token.digits, '0').slice(-token.digits) : name
  })
}
