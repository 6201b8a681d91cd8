import type { OptionSchema, Options } from '../../../gateway/options.ts'
import { bomOption, charsetOption, newlineOption } from '../text-options.ts'

/** Options of `csv`. */
export const csvOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    header: {
      anyOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 }],
      default: true,
      description:
        'true: the first row names the columns. A list: there is no such row, and these are their names. false: there are no names, and each record is a list of texts.',
      example: ['sku', 'quantity', 'price'],
    },
    columns: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      description:
        'With `header: true`: columns that must be there when it is read, and those that are written, in this order. Absent: those of the first record are written.',
      example: ['sku', 'quantity', 'price'],
    },
    types: {
      type: 'object',
      additionalProperties: { enum: ['text', 'number', 'boolean'] },
      description:
        'Types of columns by their names; all others are texts, as they stand there. An empty cell of a number or a boolean is an absent field.',
      example: { quantity: 'number' },
    },
    decimal: { enum: ['.', ','], default: '.', description: 'The decimal sign of numbers.', example: ',' },
    delimiter: { type: 'string', minLength: 1, default: ',', description: 'What stands between cells.', example: ';' },
    quote: {
      type: 'string',
      pattern: '^.?$',
      default: '"',
      description: "The character that a cell with delimiters or line ends stands in; '' for no quotes at all.",
    },
    escape: {
      type: 'string',
      minLength: 1,
      description: 'The character that stands before a quote that belongs to a quoted cell. Absent: the quote, so that it is doubled.',
      example: '\\',
    },
    comment: { type: 'string', minLength: 1, description: 'What begins a line that is no row. Absent: nothing does.', example: '#' },
    skip: { type: 'integer', minimum: 0, default: 0, description: 'Lines before the first row that are left out when it is read.' },
    ragged: {
      enum: ['reject', 'allow'],
      default: 'reject',
      description:
        'Rows with fewer or more cells than there are columns. reject: such a record is an error. allow: fields may be absent at the end, and further cells may be there if they are empty.',
      example: 'allow',
    },
    trim: {
      type: 'boolean',
      default: false,
      description: 'Spaces and tabs around cells and around quotes are left out when they are read.',
    },
    charset: charsetOption,
    bom: bomOption,
    newline: newlineOption,
  },
  description: 'Rows of cells (RFC 4180). Each row is a record: an object of texts by the names of the columns.',
} as const satisfies OptionSchema

export type CsvOptions = Options<typeof csvOptions>
