import type { Project, RouteConfig, SplitConfig } from '../config/project.ts'
import type { Expression } from '../expressions/expression.ts'
import { EvaluationError } from '../expressions/expression.ts'
import { expressionAt, scopeOf } from '../expressions/scope.ts'
import { variablesOf } from '../expressions/variables.ts'
import { asGatewayError, GatewayError } from '../gateway/errors.ts'
import { type Content, type Message, newId } from '../gateway/message.ts'
import { type Plan, type Reject, SPLIT, type SplitRecord } from '../gateway/ports.ts'
import { writeJson } from '../transformers/json/codec.ts'
import type { CompiledRoute } from './route.ts'

/** How a route splits its messages, ready to run. */
export interface CompiledSplit {
  readonly config: SplitConfig
  /** The list in the body; absent: the records of the source's format. */
  readonly each?: Expression
}

/** The most records that a body is split into at once; what is larger comes as a file. */
const MOST = 10_000

/** The `split` of a route; what does not compile is among the project's faults. */
export function compileSplit(project: Project, route: RouteConfig, sources: CompiledRoute['sources']): CompiledSplit | undefined {
  const { split } = route
  if (!split) return undefined
  if (split.each !== 'record') {
    const each = expressionAt(project, split.each, scopeOf(undefined), [...split.path, 'each'])
    return each && { config: split, each }
  }
  for (const { config, formats } of sources) {
    if (formats[0]?.request.records) continue
    const message = `the source ${config.name} has a format without records`
    project.faults.add('CONFLICT', [...split.path, 'each'], message, {
      mend: 'give the source one that has some, such as `format: csv`, or split by an expression: `each: body.lines`',
    })
  }
  return { config: split }
}

/** The target that splits messages of a route. */
export function splitTargetOf(route: string): string {
  return `${SPLIT}${route}`
}

/** The plan of a message whose records are read later, by its one delivery. */
export function planLater(message: Message): Plan {
  const { contentType, body, stored } = message
  const target = splitTargetOf(message.route)
  const delivery = { entry: 'records', target, contentType, headers: {}, body, ...(stored && { stored }), chosen: 'split' }
  return { message, splits: 'later', deliveries: [delivery] }
}

/** The message of a record, in the form that `contentType` says. */
export function recordMessage(
  parent: Message,
  { number, line, entry, header }: Pick<SplitRecord, 'number' | 'line' | 'entry' | 'header'>,
  body: Uint8Array,
  contentType: string = parent.contentType,
): Message {
  const { route, sourceIndex, source, client, correlationId, traceparent, headers, receivedAt, expiresAt } = parent
  const { operation, path, query, file } = parent.meta
  // one shape for all of them: a file has millions
  return {
    id: newId(),
    route,
    sourceIndex,
    source,
    client,
    correlationId,
    traceparent,
    contentType,
    headers,
    meta: { operation, path, query, file, record: { number, line, entry, header } },
    body,
    parent: parent.id,
    receivedAt,
    expiresAt,
  }
}

type PlanItem = (message: Message, body: unknown) => Plan | Promise<Plan>

/** The plan of a message that is split by a list in its body. With `all-or-nothing` the first fault is the sender's to hear. */
export async function planList(split: CompiledSplit, content: Content, planItem: PlanItem): Promise<Plan> {
  const { message } = content
  const items = listOf(split, content)
  const children: Plan[] = []
  const rejects: Reject[] = []
  for (const [index, body] of items.entries()) {
    const child = recordMessage(message, { number: index + 1 }, writeJson(body), 'application/json')
    try {
      children.push(await planItem(child, body))
    } catch (error) {
      const { code, detail, extras, permanent } = asGatewayError(error)
      if (!permanent || split.config.rejects !== 'go-on')
        throw new GatewayError(code, `record ${index + 1}: ${detail}`, { ...extras, cause: error })
      rejects.push({ message: child, code, detail })
    }
  }
  if (items.length === 0) return { message, filtered: `\`${split.config.each}\` is an empty list`, deliveries: [] }
  return { message, splits: 'all', deliveries: [], children, rejects }
}

function listOf({ each, config }: CompiledSplit, content: Content): readonly unknown[] {
  const value = evaluate(each, content)
  if (!Array.isArray(value)) {
    throw new GatewayError('CONDITION_FAILED', `split \`${config.each}\` is no list in this message`)
  }
  if (value.length > MOST) {
    throw new GatewayError('TOO_LARGE', `split \`${config.each}\` has ${value.length} items; at most ${MOST} are split at once`)
  }
  return value
}

function evaluate(each: Expression | undefined, content: Content): unknown {
  try {
    return each?.evaluate(variablesOf(content))
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    throw new GatewayError('CONDITION_FAILED', `split \`${each?.text ?? ''}\` cannot be evaluated: ${error.message}`, { cause: error })
  }
}
