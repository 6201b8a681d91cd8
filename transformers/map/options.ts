import { expression, type OptionSchema } from '../../gateway/options.ts'

/** A rule in its long form; in its short form it is the text of `value` alone. */
export const ruleOptions = {
  type: 'object',
  description: 'What stands in one field of the target. One of `value`, `is`, `table` and `each` says where it comes from.',
  additionalProperties: false,
  properties: {
    value: { ...expression, description: 'An expression over body, headers, meta and the names that an outer `each` gives.' },
    is: { description: 'A constant: any JSON value.' },
    table: {
      type: 'string',
      description: 'A code table of the project; what stands there under `key` is the value.',
      example: 'countries',
    },
    key: { ...expression, description: 'The key in `table`.', example: 'body.customer.country' },
    each: { ...expression, description: 'A list; each of its items becomes an object by `rules`.', example: 'body.lines' },
    as: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'What `rules` call the item.', example: 'line' },
    rules: { type: 'object', minProperties: 1, additionalProperties: {}, description: 'One rule a field of the item.' },
    default: { description: 'The value where the source has none.' },
    whenMissing: {
      enum: ['reject', 'omit', 'null', 'empty'],
      description:
        'Where the source has no value, and no `default` stands for it: reject the message, leave the field out, write null, or an empty text, list or object. Unless told: reject where the target schema requires the field, else omit.',
    },
    maxLength: { type: 'integer', minimum: 0, description: 'How many characters the text may have.', example: 200 },
    whenLonger: { enum: ['reject', 'trim'], default: 'reject', description: 'What becomes of a longer text.' },
    note: { type: 'string', description: 'Why the rule is as it is, for those who review it.' },
    edge: { type: 'string', description: 'A border case that the rule takes care of, for those who review it.' },
  },
} as const satisfies OptionSchema

const SCHEMA = 'The JSON Schema, or the element of an XSD (`schemas/order.xsd#Order`; the file alone where it declares but one),'

/** A mapping file: what it reads, what it makes, and a rule for each field. */
export const mappingOptions = {
  type: 'object',
  description: 'A mapping from one model or format to another.',
  additionalProperties: false,
  required: ['rules'],
  properties: {
    description: { type: 'string', description: 'What it is for.' },
    owner: { type: 'string', description: 'Who answers for it.', example: 'order-desk@example.com' },
    from: { type: 'string', format: 'file', description: `${SCHEMA} of what comes in; rules are checked against it.` },
    to: { type: 'string', format: 'file', description: `${SCHEMA} of what it makes; rules are checked against it.` },
    rules: {
      type: 'object',
      minProperties: 1,
      description: 'By field of the target (`buyer.name` is a field within a field): an expression, or a rule in its long form.',
      additionalProperties: { anyOf: [expression, ruleOptions] },
      example: { id: 'body.orderId' },
    },
  },
} as const satisfies OptionSchema
