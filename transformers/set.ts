import type { Expression, Variables } from '../expressions/expression.ts'
import { expressionAt, scopeOf } from '../expressions/scope.ts'
import { variablesOf } from '../expressions/variables.ts'
import { GatewayError, type Place } from '../gateway/errors.ts'
import type { Headers } from '../gateway/message.ts'
import { type OptionSchema, resolveOptions } from '../gateway/options.ts'
import { isExactNumber } from './json/exact-number.ts'
import type { TransformerContext, TransformerKind } from './transformer.ts'

/** Options of `set`. */
export const setOptions = {
  type: 'object',
  description: 'Sets headers of the message, or takes some away; the body stays as it is.',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    headers: {
      type: 'object',
      minProperties: 1,
      description:
        'By name, an expression that yields a text, a number or a boolean. null, or a field that is absent, takes the header away.',
      additionalProperties: { type: 'string', format: 'expression', minLength: 1 },
      example: { 'x-region': 'body.buyer.country' },
    },
    remove: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1 },
      description: 'Names of headers that were set before, to take away.',
      example: ['x-draft'],
    },
  },
} as const satisfies OptionSchema

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Of one connection (RFC 9110, section 7.6.1), or written by the gateway itself. */
const RESERVED = new Set(
  'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade content-length content-type host idempotency-key x-correlation-id traceparent'.split(
    ' ',
  ),
)
const MAX_VALUE = 8_192
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a header
const FORBIDDEN = /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/

interface HeaderRule {
  readonly name: string
  readonly text: string
  /** Absent: takes the header away. */
  readonly expression?: Expression
}

/** Sets headers from expressions; throws MAPPING_FAILED where a value cannot stand in a header. */
export const set: TransformerKind = {
  name: 'set',
  options: setOptions,
  create(value, context) {
    const { headers = {}, remove = [] } = resolveOptions(setOptions, value)
    const set = Object.entries(headers).map(([name, text]) => compileRule(name, text, context))
    const removed = remove.map((name, index) => compileRemoval(name, index, context))
    const rules = [...removed, ...set].filter(rule => rule !== undefined)
    if (rules.length < set.length + removed.length) return undefined
    return {
      ...(context.input && { output: context.input }),
      transform: content => ({ ...content, headers: applyRules(rules, content.headers, variablesOf(content)) }),
    }
  },
}

function compileRule(name: string, text: string, { project, path, input }: TransformerContext): HeaderRule | undefined {
  const at = [...path, 'headers', name]
  const fault = nameFault(name)
  if (fault) return void project.faults.add('WRONG_VALUE', at, fault, { atKey: true })
  const expression = expressionAt(project, text, scopeOf(input), at)
  return expression && { name: name.toLowerCase(), text, expression }
}

function compileRemoval(name: string, index: number, { project, path }: TransformerContext): HeaderRule | undefined {
  const fault = nameFault(name)
  if (fault) return void project.faults.add('WRONG_VALUE', [...path, 'remove', index], fault)
  return { name: name.toLowerCase(), text: 'remove' }
}

function nameFault(name: string): string | undefined {
  if (!TOKEN.test(name)) return `"${name}" is no name of a header (letters, digits and - . _ ~ ! # $ % & ' * + ^ \` |)`
  if (RESERVED.has(name.toLowerCase())) return `the header "${name}" belongs to the connection or is written by the gateway itself`
  return /^waybill-/i.test(name) ? `headers "waybill-..." are the gateway's own; take another name than "${name}"` : undefined
}

function applyRules(rules: readonly HeaderRule[], before: Headers, variables: Variables): Headers {
  const headers: Record<string, string> = { ...before }
  const errors: Place[] = []
  for (const rule of rules) applyRule(rule, headers, variables, errors)
  if (errors.length === 0) return headers
  const [first] = errors
  throw new GatewayError('MAPPING_FAILED', `set: ${first?.message}`, { errors: errors.slice(0, 50), errorCount: errors.length })
}

function applyRule({ name, text, expression }: HeaderRule, headers: Record<string, string>, variables: Variables, errors: Place[]): void {
  try {
    const value = expression?.evaluate(variables)
    if (value === undefined || value === null) delete headers[name]
    else headers[name] = headerText(value)
  } catch (error) {
    errors.push({ rule: text, message: `header ${name}: ${error instanceof Error ? error.message : String(error)}` })
  }
}

function headerText(value: unknown): string {
  if (typeof value === 'object' && !isExactNumber(value)) {
    throw new TypeError(`${Array.isArray(value) ? 'a list' : 'an object'} cannot stand in a header`)
  }
  const text = String(value)
  if (text.length > MAX_VALUE) throw new RangeError(`the value has ${text.length} characters; a header takes ${MAX_VALUE}`)
  if (FORBIDDEN.test(text)) throw new RangeError('the value has line ends, control characters or characters beyond Latin-1')
  return text.trim()
}
