import type { OptionSchema } from '../../gateway/options.ts'

/** Options of `xml`. */
export const xmlOptions = {
  type: 'object',
  additionalProperties: false,
  properties: {
    schema: {
      type: 'string',
      format: 'file',
      description:
        'An XML Schema of the project, from which bodies have their types. Absent: the `schema` beside the format, where that is an .xsd.',
      example: 'schemas/order.xsd',
    },
    element: {
      type: 'string',
      description:
        'The root element of requests, as the schema declares it globally; `{namespace}Name` where the name is not unique. Absent: any of them is read.',
      example: 'Order',
    },
    reply: { type: 'string', description: 'The root element of replies, likewise.', example: 'OrderConfirmation' },
    many: {
      type: 'array',
      items: { type: 'string' },
      description: 'Without a schema: the paths of elements that may repeat, which are lists each time.',
      example: ['/Order/Line'],
    },
    prefixes: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: "Without a schema: prefixes of names in bodies, with their namespaces; '' for the namespace of names without a prefix.",
      example: { ord: 'urn:shop:orders:v1' },
    },
    records: {
      type: 'string',
      pattern: '^(/(\\{[^}]*\\})?[^/{}]+){2,}$',
      description:
        'The path of the elements that are records, from the root: where such a body is read or written record by record. Without a schema, names have the prefixes of `prefixes`.',
      example: '/Orders/Order',
    },
    lossy: {
      type: 'array',
      items: { enum: ['comments', 'instructions', 'mixed'] },
      description:
        'What may be lost when a body is read without a schema; all else that would be lost is refused. With a schema, mixed text is kept and comments and processing instructions are dropped in any case, since they are no part of what it describes.',
      example: ['comments'],
    },
  },
  description: 'XML 1.0, typed by an XML Schema where there is one; else texts by the names of their elements.',
} as const satisfies OptionSchema
