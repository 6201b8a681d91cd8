import { expression, type OptionSchema } from '../gateway/options.ts'
import type { ConfigSchema } from './form.ts'
import { refer } from './form.ts'
import { steps } from './route-options.ts'

/** `limits` of a system: what it can bear. */
export const limitsOptions = {
  type: 'object',
  additionalProperties: false,
  default: {},
  description: 'What the system can bear.',
  properties: {
    inFlight: { type: 'integer', minimum: 1, maximum: 1_000, default: 8, description: 'Calls at the same time.' },
    perSecond: { type: 'number', minimum: 0.001, description: 'Calls a second; without it as many as it takes.', example: 50 },
  },
} as const satisfies OptionSchema

const settle = {
  type: 'array',
  description: "What the system's answers mean, where the standard table is wrong for it; the first rule that holds counts.",
  items: {
    type: 'object',
    noun: 'a settle rule',
    additionalProperties: false,
    required: ['when', 'as'],
    properties: {
      when: { ...expression, description: 'Over `status`, `body`, `headers` and `fault`.', example: 'status == 409' },
      as: { enum: ['delivered', 'retry', 'dead'], description: 'What the answer means.' },
    },
  },
} as const satisfies ConfigSchema

const answer = { description: 'A file of the project, or a value; absent: 200 without a body.', example: 'samples/reserved.json' } as const

const standIn = {
  type: 'array',
  description: 'What plays the system in tests, dry runs and demos; the first rule that holds counts.',
  items: {
    type: 'object',
    noun: 'a stand-in rule',
    additionalProperties: false,
    properties: {
      when: { ...expression, description: 'Only for messages for which this holds.' },
      fail: {
        type: 'array',
        items: { type: 'integer', minimum: 100, maximum: 599 },
        description: 'Statuses to answer first, one a call of the same message.',
        example: [503, 503],
      },
      answer,
      // biome-ignore lint/suspicious/noThenProperty: the word that reads best after `fail`, and nothing ever awaits it.
      then: { ...answer, description: 'The same as `answer`, to be read after `fail`.' },
      fault: {
        description: 'A fault in place of an answer, by its name in the WSDL; `answer` is then its detail.',
        example: 'OutOfStock',
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            additionalProperties: false,
            properties: {
              name: { type: 'string', description: 'Name of the fault in the WSDL.' },
              code: { type: 'string', pattern: '^(Client|Server)(\\.[\\w.-]+)?$', description: 'Who is to blame. Default: Client.' },
              text: { type: 'string', description: 'In words.' },
            },
          },
        ],
      },
      status: { type: 'integer', minimum: 100, maximum: 599, description: 'Status of the answer. Default: 200, of a fault 500.' },
    },
  },
} as const satisfies ConfigSchema

/** Keys of a system beside its adapter's, `auth` and `operations`. */
export const systemKeys = {
  description: { type: 'string', description: 'What it is.' },
  owner: { type: 'string', description: 'Who answers for it.', example: 'logistics-it@example.com' },
  region: { type: 'string', description: 'Where its data lies.', example: 'eu' },
  format: refer('format'),
  limits: limitsOptions,
  settle,
  standIn,
} as const satisfies Readonly<Record<string, ConfigSchema>>

/** Keys of an operation beside its adapter's. */
export const operationKeys = {
  description: { type: 'string', description: 'What it does.' },
  path: {
    type: 'object',
    additionalProperties: { ...expression, example: 'body.id' },
    description: 'An expression for each path parameter, over the body before the transform.',
    example: { id: 'body.id' },
  },
  query: {
    type: 'object',
    additionalProperties: { ...expression, example: 'body.limit' },
    description: 'An expression for each query parameter, likewise: one that is absent or null is left out, a list repeats the parameter.',
    example: { limit: 'body.?limit' },
  },
  transform: steps,
  format: refer('format'),
  settle,
} as const satisfies Readonly<Record<string, ConfigSchema>>

/** One step of a pipeline, made of the kinds of transformers. */
export function stepSchema(kinds: Readonly<Record<string, ConfigSchema>>): ConfigSchema {
  const forms = Object.entries(kinds).map(([kind, options]) => {
    const form: ConfigSchema = { type: 'object', noun: 'a step', additionalProperties: false, properties: { [kind]: options } }
    return [kind, form] as const
  })
  return { noun: 'a step', byKey: Object.fromEntries(forms), description: 'One transformer.' }
}

/** A format: its name, or its options under its name. */
export function formatSchema(kinds: Readonly<Record<string, ConfigSchema>>): ConfigSchema {
  const forms = Object.entries(kinds).map(([kind, options]) => {
    const form: ConfigSchema = { type: 'object', noun: 'a format', additionalProperties: false, properties: { [kind]: options } }
    return [kind, form] as const
  })
  return {
    description: 'How bodies are read and written.',
    anyOf: [
      { type: 'string', enum: Object.keys(kinds) },
      { noun: 'a format', byKey: Object.fromEntries(forms) },
    ],
  }
}

/** Where the definitions of the systems stand. */
export const systems = {
  type: 'object',
  names: true,
  additionalProperties: refer('system'),
  description: 'The systems that messages go to, by name; or one file each in systems/.',
} as const satisfies ConfigSchema
