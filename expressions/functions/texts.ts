import { EvaluationError } from '../expression.ts'
import type { Numeric } from '../numbers.ts'
import { isNumber, kindOf, named } from '../values.ts'
import { any, define, type FunctionSpec, list, number, optional, text } from './define.ts'
import { index } from './numeric.ts'

const MAX_LENGTH = 1_000_000

/** Functions on texts. */
export const textFunctions: readonly FunctionSpec[] = [
  define({
    name: 'lower',
    params: [text('text')],
    returns: 'string',
    description: 'The text in lower case.',
    example: 'lower(body.email)',
    run: value => value.toLowerCase(),
  }),
  define({
    name: 'upper',
    params: [text('text')],
    returns: 'string',
    description: 'The text in upper case.',
    example: 'upper(body.country)',
    run: value => value.toUpperCase(),
  }),
  define({
    name: 'trim',
    params: [text('text')],
    returns: 'string',
    description: 'The text without white space at both ends.',
    example: 'trim(body.name)',
    run: value => value.trim(),
  }),
  define({
    name: 'padLeft',
    params: [text('text'), number('length'), optional(text('with'))],
    returns: 'string',
    description: 'The text, filled at its left to the length, with spaces unless told.',
    example: 'padLeft(text(body.no), 8, "0")',
    run: (value, length, fill) => value.padStart(width(length), fill),
  }),
  define({
    name: 'padRight',
    params: [text('text'), number('length'), optional(text('with'))],
    returns: 'string',
    description: 'The text, filled at its right to the length, with spaces unless told.',
    example: 'padRight(body.name, 30)',
    run: (value, length, fill) => value.padEnd(width(length), fill),
  }),
  define({
    name: 'replace',
    params: [text('text'), text('old'), text('new')],
    returns: 'string',
    description: 'The text with every `old` replaced by `new`; both are plain texts, not patterns.',
    example: 'replace(body.phone, " ", "")',
    run: (value, old, fresh) => bounded(old === '' ? value : value.split(old).join(fresh)),
  }),
  define({
    name: 'split',
    params: [text('text'), text('separator')],
    returns: 'array',
    description: 'The parts of the text between the separators, as a list.',
    example: 'split(body.tags, ",")',
    run: (value, separator) => value.split(separator),
  }),
  define({
    name: 'join',
    params: [list('list'), optional(text('separator'))],
    returns: 'string',
    description: 'The texts of the list in one, with the separator between them.',
    example: 'join(body.tags, ", ")',
    run: (items, separator) => bounded(items.map(item => plainText(item, 'join()')).join(separator ?? '')),
  }),
  define({
    name: 'substring',
    params: [text('text'), number('from'), optional(number('to'))],
    returns: 'string',
    description: 'The characters from `from` (the first is 0) up to, not including, `to`; cut at the end of the text.',
    example: 'substring(body.zip, 0, 5)',
    run: (value, from, to) =>
      value.substring(index(from, 'substring(): from'), to === undefined ? value.length : index(to, 'substring(): to')),
  }),
  define({
    name: 'indexOf',
    params: [text('text'), text('part')],
    returns: 'number',
    description: 'Where the part first stands in the text (the first character is 0), or -1.',
    example: 'indexOf(body.email, "@")',
    run: (value, part) => value.indexOf(part),
  }),
  define({
    name: 'startsWith',
    params: [text('text'), text('part')],
    returns: 'boolean',
    description: 'True where the text begins with the part.',
    example: 'body.sku.startsWith("EU-")',
    run: (value, part) => value.startsWith(part),
  }),
  define({
    name: 'endsWith',
    params: [text('text'), text('part')],
    returns: 'boolean',
    description: 'True where the text ends with the part.',
    example: 'body.email.endsWith("@example.com")',
    run: (value, part) => value.endsWith(part),
  }),
  define({
    name: 'contains',
    params: [text('text'), text('part')],
    returns: 'boolean',
    description: 'True where the part stands in the text.',
    example: 'body.notes.contains("gift")',
    run: (value, part) => value.includes(part),
  }),
  define({
    name: 'text',
    params: [any('value')],
    returns: 'string',
    description: 'A number, true or false as a text; a text is itself. An ExactNumber keeps its digits: 12.50 is "12.50".',
    example: 'text(body.no)',
    run: value => plainText(value, 'text()'),
  }),
  define({
    name: 'string',
    params: [any('value')],
    returns: 'string',
    description: "CEL's name of text().",
    example: 'string(body.no)',
    run: value => plainText(value, 'string()'),
  }),
]

function plainText(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  if (isNumber(value) || typeof value === 'boolean') return String(value)
  throw new EvaluationError(`${where} makes texts of numbers, true and false, saw ${named(kindOf(value))}`)
}

function width(length: Numeric): number {
  const wanted = index(length, 'the length')
  if (wanted > 10_000) throw new EvaluationError(`a text is filled up to 10000 characters, saw ${wanted}`)
  return wanted
}

function bounded(value: string): string {
  if (value.length > MAX_LENGTH) throw new EvaluationError(`the text is longer than ${MAX_LENGTH} characters`)
  return value
}
