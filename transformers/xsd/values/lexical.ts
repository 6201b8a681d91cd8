// Lexical forms of the built-in types (Datatypes, 3.2 and 3.3), after white space.

const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))?'
const YEAR = '-?(?:[1-9]\\d{3,7}|0\\d{3})'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
const TIME = '(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?|24:00:00(?:\\.0+)?)'
const NAME_START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd'
const NAME_REST = `${NAME_START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`
const NC_NAME = `[${NAME_START}][${NAME_REST}]*`
const INTEGER = '[+-]?\\d+'

const FORMS: Readonly<Record<string, RegExp>> = {
  boolean: form('true|false|1|0'),
  decimal: form('[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)'),
  integer: form(INTEGER),
  float: form('[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?|-?INF|NaN'),
  duration: form('-?P(?!$)(?:\\d+Y)?(?:\\d+M)?(?:\\d+D)?(?:T(?!$)(?:\\d+H)?(?:\\d+M)?(?:\\d+(?:\\.\\d+)?S)?)?'),
  dateTime: form(`${YEAR}-${MONTH}-${DAY}T${TIME}${ZONE}`),
  date: form(`${YEAR}-${MONTH}-${DAY}${ZONE}`),
  time: form(`${TIME}${ZONE}`),
  gYearMonth: form(`${YEAR}-${MONTH}${ZONE}`),
  gYear: form(`${YEAR}${ZONE}`),
  gMonthDay: form(`--${MONTH}-${DAY}${ZONE}`),
  gDay: form(`---${DAY}${ZONE}`),
  gMonth: form(`--${MONTH}(?:--)?${ZONE}`),
  hexBinary: form('[0-9a-fA-F]*'),
  QName: form(`(?:${NC_NAME}:)?${NC_NAME}`),
  language: form('[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*'),
  NMTOKEN: form(`[:${NAME_REST}]+`),
  Name: form(`[:${NAME_START}][:${NAME_REST}]*`),
  NCName: form(NC_NAME),
}

function form(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 'u')
}

const SAME: Readonly<Record<string, string>> = { double: 'float', NOTATION: 'QName', ID: 'NCName', IDREF: 'NCName', ENTITY: 'NCName' }
/** Longer ones would only cost time. */
const LONGEST_LANGUAGE = 1_000
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** True where a text, its white space collapsed, is one of the built-in type; `primitive` is the built-in's. */
export function isLexical(text: string, builtin: string, primitive: string): boolean {
  if (primitive === 'base64Binary') return isBase64(text)
  if (primitive === 'hexBinary' && text.length % 2 !== 0) return false
  if (builtin === 'language' && text.length > LONGEST_LANGUAGE) return false
  const kind = primitive === 'decimal' && builtin !== 'decimal' ? 'integer' : builtin
  const known = FORMS[SAME[kind] ?? kind]
  if (known && !known.test(text)) return false
  return primitive === 'date' || primitive === 'dateTime' || primitive === 'gMonthDay' ? isDay(text) : true
}

/** The day is one of its month; 29 February in leap years only. */
function isDay(text: string): boolean {
  const [, year, month, day] = /^(-?\d+|-)-(\d\d)-(\d\d)/.exec(text) ?? []
  const number = Number(day)
  if (number > (DAYS[Number(month) - 1] ?? 0)) return false
  if (month !== '02' || number < 29 || year === '-') return true
  const y = Number(year)
  return (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
}

function isBase64(text: string): boolean {
  const bare = text.includes(' ') ? text.replaceAll(' ', '') : text
  if (bare.length % 4 !== 0) return false
  return /^[A-Za-z0-9+/]*={0,2}$/.test(bare)
}
