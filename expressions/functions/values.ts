import { parseJson, writeAsciiJson } from '../../transformers/json/codec.ts'
import { EvaluationError } from '../expression.ts'
import { isRecord, kindOf, named } from '../values.ts'
import { any, define, type FunctionSpec, text } from './define.ts'

/** Functions on any value. */
export const valueFunctions: readonly FunctionSpec[] = [
  define({
    name: 'json',
    params: [text('text')],
    returns: 'any',
    description: 'What a text of JSON says, numbers with all their digits; a text that is none is an error.',
    example: 'json(headers.Session).token',
    run: value => readJson(value),
  }),
  define({
    name: 'toJson',
    params: [any('value')],
    returns: 'string',
    description: 'The value as a text of JSON, in ASCII.',
    example: 'toJson({"token": body.token})',
    run: value => writeAsciiJson(value),
  }),
  define({
    name: 'size',
    params: [any('value')],
    returns: 'number',
    description: 'Characters of a text, items of a list, members of an object.',
    example: 'size(body.lines)',
    run: sizeOf,
  }),
  define({
    name: 'bool',
    params: [any('value')],
    returns: 'boolean',
    description: 'True or false of the texts "true" and "false"; true and false are themselves.',
    example: 'bool(headers["x-test"])',
    run: toBoolean,
  }),
  define({
    name: 'coalesce',
    params: [any('value')],
    rest: any('more'),
    returns: 'any',
    description: 'The first of the values that is neither absent nor null; absent where there is none.',
    example: 'coalesce(body.nickname, body.name)',
    acceptsAbsent: true,
    run: (...values) => values.find(value => value !== undefined && value !== null),
  }),
]

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return isPlain(value) ? value.length : [...value].length
  if (Array.isArray(value)) return value.length
  if (isRecord(value)) return Object.keys(value).length
  throw new EvaluationError(`size(): a text, a list or an object has a size, saw ${named(kindOf(value))}`)
}

/** No character of two UTF-16 units in it. */
function isPlain(value: string): boolean {
  return !/[\ud800-\udfff]/.test(value)
}

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw new EvaluationError(
    `bool(): expected "true" or "false", saw ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : named(kindOf(value))}`,
  )
}

function readJson(value: string): unknown {
  try {
    return parseJson(Buffer.from(value)).value
  } catch {
    throw new EvaluationError(`json(): the text is no JSON (${JSON.stringify(value.slice(0, 40))})`)
  }
}
