import { evaluateXPath } from '../../transformers/libxml2/xpath.ts'
import { EvaluationError } from '../expression.ts'
import { isRecord, kindOf, named } from '../values.ts'
import { any, define, type FunctionSpec, object, optional, text } from './define.ts'
import { checkXPath } from './xpath-check.ts'

/** Functions on XML that is passed through as bytes. */
export const xpathFunctions: readonly FunctionSpec[] = [
  define({
    name: 'xpath',
    params: [any('body'), text('path'), optional(object('namespaces'))],
    returns: 'any',
    description:
      'What an XPath 1.0 finds in a body of XML that is passed on as bytes (`format: bytes`): the text of the first node, absent where there is none; of a function as count() or boolean() its number, text or truth. Each prefix of the path stands in the namespaces.',
    example: 'xpath(body, "/o:Order/o:Id", {"o": "urn:shop:orders"})',
    verify: ([, path, namespaces]) => verify(path, namespaces),
    run: (body, path, namespaces) => find(body, path, namespaces ?? {}),
  }),
]

function verify(path: unknown, namespaces: unknown): { message: string; argument: number } | undefined {
  if (typeof path !== 'string') return undefined
  const message = checkXPath(path, isRecord(namespaces) ? namespaces : undefined)
  return message === undefined ? undefined : { message, argument: 1 }
}

function find(body: unknown, path: string, namespaces: Readonly<Record<string, unknown>>): unknown {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  if (!(bytes instanceof Uint8Array)) {
    const mend = 'it asks bodies that are passed on as bytes (format: bytes); the fields of this one are at hand: body.x'
    throw new EvaluationError(`xpath(): the body is ${named(kindOf(body))} that was read already; ${mend}`)
  }
  const value = evaluate(bytes, path, texts(namespaces))
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new EvaluationError(`xpath(): ${path} yields ${value}, which is no number`)
  return value
}

function evaluate(bytes: Uint8Array, path: string, namespaces: Readonly<Record<string, string>>) {
  try {
    return evaluateXPath({ bytes }, path, namespaces)
  } catch (error) {
    if (error instanceof SyntaxError) throw new EvaluationError(`xpath(): ${path.slice(0, 80)}: ${error.message}`)
    throw error
  }
}

function texts(namespaces: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  for (const [prefix, uri] of Object.entries(namespaces)) {
    if (typeof uri !== 'string' || uri === '')
      throw new EvaluationError(`xpath(): the namespace of ${prefix} must be a text that is not empty`)
  }
  return namespaces as Readonly<Record<string, string>>
}
