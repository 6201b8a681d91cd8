import type { FaultConfig, JsonSchema, Project, RouteConfig, StepConfig } from '../../../config/project.ts'
import { entriesOf } from '../../../config/targets.ts'
import type { Formats } from '../../../transformers/format.ts'
import { jsonFormat } from '../../../transformers/formats/json.ts'
import type { Components } from './components.ts'

/** What the replies of a route are made known by. */
export interface Replying {
  readonly project: Project
  readonly components: Components
  readonly formats: readonly Formats[]
}

/** Content types of a source's replies, JSON with the schema that the entries' `answer` makes, where it is known. */
export function replyContent({ to }: RouteConfig, replying: Replying): Record<string, unknown> {
  const schemas = entriesOf(to).map(({ answer }) => madeBy(answer, replying))
  return contentOf(oneOf(schemas), replying)
}

/** Answers that the rows of `faults` give with a status of their own. */
export function faultResponses({ faults }: RouteConfig, replying: Replying): Record<string, unknown> {
  const byStatus = new Map<string, FaultConfig[]>()
  for (const row of faults) {
    const status = String(row.status ?? '4XX')
    byStatus.set(status, [...(byStatus.get(status) ?? []), row])
  }
  return Object.fromEntries([...byStatus].map(([status, rows]) => [status, faultResponse(rows, replying)]))
}

function faultResponse(rows: readonly FaultConfig[], replying: Replying) {
  const words = rows.map(({ text, fault }) => text ?? fault).filter(word => word !== undefined)
  const mapped = rows.filter(({ transform }) => transform.length > 0)
  const problem = mapped.length < rows.length && { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const detail = mapped.length > 0 && contentOf(oneOf(mapped.map(({ transform }) => madeBy(transform, replying))), replying)
  return { description: words.join('; ') || 'The target refused it.', content: { ...problem, ...detail } }
}

/** The schema of what a pipeline makes: its last mapping's, or what it is checked against behind that. */
function madeBy(steps: readonly StepConfig[], { project, components }: Replying): JsonSchema | undefined {
  const step = steps.findLast(({ kind }) => kind !== 'set')
  if (step?.kind === 'validate' && typeof step.value === 'string' && !/\.xsd$/i.test(step.value))
    return components.ref(step.value, step.path)
  const mapping = step?.kind === 'map' ? project.mappings[String(step.value)] : undefined
  return mapping?.to === undefined ? undefined : components.ref(mapping.to, [...mapping.path, 'to'])
}

/** Undefined as soon as one of them is not known. */
function oneOf(schemas: readonly (JsonSchema | undefined)[]): JsonSchema | undefined {
  const unique = [...new Map(schemas.map(schema => [schema?.$ref, schema])).values()]
  if (unique.some(schema => schema === undefined)) return undefined
  return unique.length > 1 ? { anyOf: unique } : unique[0]
}

function contentOf(schema: JsonSchema | undefined, { formats }: Replying): Record<string, unknown> {
  return Object.fromEntries(formats.map(({ reply }) => [reply.contentType, reply === jsonFormat && schema ? { schema } : {}]))
}
