import type { OptionSchema, Options } from '../../../gateway/options.ts'
import { bomOption, charsetOption, newlineOption } from '../text-options.ts'

const fieldOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'length'],
  properties: {
    name: { type: 'string', minLength: 1, description: 'Its name in the body.', example: 'sku' },
    start: { type: 'integer', minimum: 1, description: 'Its first character, counted from 1. Absent: behind the field before it.' },
    length: { type: 'integer', minimum: 1, maximum: 100_000, description: 'In characters.', example: 8 },
    type: {
      enum: ['text', 'number', 'date'],
      default: 'text',
      description:
        'text: without its padding. number: absent where it is blank. date: its text as it stands there, which must be a date of `pattern`; absent where it is blank or all padding.',
      example: 'number',
    },
    decimals: {
      type: 'integer',
      minimum: 0,
      maximum: 30,
      description: 'Digits behind a decimal point that is not written. Absent: a number has its own point, if any.',
      example: 2,
    },
    sign: {
      enum: ['none', 'leading', 'trailing', 'overpunch'],
      default: 'none',
      description:
        'Where the sign of a number stands: in a character of its own before or behind it, or in its last digit (`{` is +0, `A` to `I` are +1 to +9, `}` is -0, `J` to `R` are -1 to -9). none: it has none.',
      example: 'trailing',
    },
    plus: { enum: ['+', ' '], default: '+', description: 'What is written in the place of a sign where the number is not negative.' },
    pattern: { type: 'string', description: 'Of a date: YYYY, YY, MM, DD, HH, mm, ss and what stands between.', example: 'YYYYMMDD' },
    pad: { type: 'string', minLength: 1, description: 'What a value is filled with. Absent: 0 for numbers, else blanks.', example: '0' },
    align: {
      enum: ['left', 'right'],
      description: 'Where in the field a value stands. Absent: right for numbers, else left.',
      example: 'right',
    },
    required: { type: 'boolean', default: false, description: 'It may be neither absent nor an empty text.' },
  },
} as const satisfies OptionSchema

const fields = {
  type: 'array',
  minItems: 1,
  items: fieldOptions,
  description: 'What stands in the record; between fields there are blanks.',
} as const satisfies OptionSchema
const tag = {
  type: 'string',
  minLength: 1,
  description: 'What stands at the place of the tag.',
  example: '10',
} as const satisfies OptionSchema

const recordOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['fields'],
  properties: { tag, fields },
} as const satisfies OptionSchema

/** The layout of a format's records, in a file of its own or inline. */
export const layoutOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    length: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      description: 'Of every record, in characters. Absent: each ends with its last field.',
      example: 80,
    },
    separator: {
      enum: ['newline', 'none'],
      default: 'newline',
      description: 'What stands between records. none: they follow each other, and all have the same length.',
      example: 'none',
    },
    tag: {
      type: 'object',
      additionalProperties: false,
      required: ['length'],
      properties: {
        start: { type: 'integer', minimum: 1, default: 1, description: 'Its first character, counted from 1.' },
        length: { type: 'integer', minimum: 1, description: 'In characters.' },
      },
      description: 'Where records say of which type they are.',
    },
    header: {
      ...recordOptions,
      description: 'The first record, if it is no record of its own. Without a tag the first one is it in any case.',
    },
    fields: { ...fields, description: 'What stands in each record, where all are of one type.' },
    records: {
      type: 'object',
      additionalProperties: recordOptions,
      minProperties: 1,
      description:
        'Types of records by their names, instead of `fields`. Where there are several, the field `record` of the body is the name of its type.',
    },
    trailer: {
      type: 'object',
      additionalProperties: false,
      required: ['tag', 'fields'],
      properties: {
        tag,
        fields,
        count: {
          anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }],
          description:
            'The field that holds how many records there are; or several fields, each with what it counts: `records`, `all` (header and trailer too) or the name of a type.',
          example: { records: 'records', orders: 'order' },
        },
        sum: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Fields that hold sums, with the field of the records that is summed: `amount`, or `order.amount` of one type only.',
          example: { total: 'amount' },
        },
      },
      description: 'The last record. Counts and sums in it are checked when it is read, and made when it is written.',
    },
  },
} as const satisfies OptionSchema

/** Options of `fixed`. */
export const fixedOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['layout'],
  properties: {
    layout: {
      anyOf: [{ type: 'string', format: 'file' }, layoutOptions],
      description: 'A YAML file of the project with the layout, or the layout itself.',
      example: 'layouts/orders.yaml',
    },
    ragged: {
      enum: ['reject', 'allow'],
      default: 'reject',
      description: 'Lines shorter or longer than their record. allow: what is missing at the end is blank, and what is too much must be.',
      example: 'allow',
    },
    charset: charsetOption,
    bom: bomOption,
    newline: newlineOption,
  },
  description: 'Records whose fields stand at fixed places, with header and trailer. Each record is an object by the names of its fields.',
} as const satisfies OptionSchema

export type LayoutOptions = Options<typeof layoutOptions>
export type FieldOptions = Options<typeof fieldOptions>
