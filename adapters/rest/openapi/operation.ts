import type { JsonSchema, Project } from '../../../config/project.ts'
import { fieldsOf } from '../../../config/value.ts'
import type { Formats } from '../../../transformers/format.ts'
import { jsonFormat } from '../../../transformers/formats/json.ts'
import { packedTypes } from '../../../transformers/unpack/packed.ts'
import type { SourceBinding } from '../../adapter.ts'
import { restSource } from '../source-options.ts'
import type { Components } from './components.ts'
import { type ProblemStatus, problemsOf } from './parts.ts'
import { queryParameters } from './query.ts'
import { faultResponses, replyContent } from './reply.ts'

/** What operations are described with. */
export interface Describing {
  readonly project: Project
  readonly components: Components
  formats(binding: SourceBinding): readonly Formats[]
}

const PARAMETER = /:([A-Za-z_]\w*)(?:\([^)]*\))?/g

/** A source's path as OpenAPI writes it: `/orders/{id}`. */
export function pathOf(binding: SourceBinding): string {
  return restSource(binding.source.options).path.replaceAll('::', '\0').replaceAll(PARAMETER, '{$1}').replaceAll('\0', ':')
}

/** The Operation Object of a source. */
export function describeOperation(binding: SourceBinding, describing: Describing): Record<string, unknown> {
  const { route, index, source } = binding
  const { method, path } = restSource(source.options)
  const names = [...path.replaceAll('::', '').matchAll(PARAMETER)].map(([, name]) => name)
  const body = method === 'GET' || method === 'DELETE' ? {} : { requestBody: requestBody(binding, describing) }
  return {
    operationId: route.from.length > 1 ? `${route.name}-${index + 1}` : route.name,
    ...(route.description !== undefined && { summary: firstLine(route.description), description: route.description }),
    ...(route.owner !== undefined && { 'x-owner': route.owner }),
    parameters: [
      ...names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...queryParameters(describing.project, route, source),
      { $ref: '#/components/parameters/IdempotencyKey' },
      { $ref: '#/components/parameters/CorrelationId' },
    ],
    ...body,
    responses: responsesOf(binding, describing),
    ...securityOf(binding, describing),
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? ''
}

function requestBody(binding: SourceBinding, { project, components, formats }: Describing) {
  const { source } = binding
  const all = formats(binding)
  const { types = [], multipart } = restSource(source.options)
  if (source.unpack && !multipart) return { required: true, content: { [packedTypes[source.unpack]]: {} } }
  if (multipart) return { required: true, content: { 'multipart/form-data': { schema: FORM } } }
  const isJson = source.schema !== undefined && !/\.xsd$/i.test(source.schema)
  const schema = isJson ? components.ref(source.schema, [...source.path, 'schema']) : undefined
  const said = [...all.map(({ request }) => mediaOf(request, schema)), ...types.map(type => [type, schema ? { schema } : {}] as const)]
  const file = source.schema === undefined ? undefined : fieldsOf(project.schema(source.schema, [...source.path, 'schema']))
  const title = isJson ? file?.title : undefined
  return {
    required: true,
    ...(typeof title === 'string' && { description: title }),
    content: Object.fromEntries(said),
  }
}

/** Any number of files, under any names, and fields beside them. */
const FORM = { type: 'object', properties: { file: { type: 'string', format: 'binary' } } }

// A schema of JSON says nothing about a document of another kind.
function mediaOf(format: Formats['request'], schema: JsonSchema | undefined): readonly [string, object] {
  if (format === jsonFormat) return [format.contentType, schema ? { schema } : {}]
  return [format.contentType, {}]
}

const ALWAYS: readonly ProblemStatus[] = [400, 406, 409, 422, 500, 503]
const WITH_BODY: readonly ProblemStatus[] = [408, 413, 415]

function responsesOf(binding: SourceBinding, describing: Describing): Record<string, unknown> {
  const { route, source } = binding
  const { method } = restSource(source.options)
  const guarded: readonly ProblemStatus[] = Object.keys(describing.project.clients).length > 0 ? [401, 403] : []
  const body = method === 'GET' || method === 'DELETE' ? [] : WITH_BODY
  const problems = problemsOf([...ALWAYS, ...guarded, ...body])
  const accepted = { description: 'Accepted.', headers: LOCATION, content: jsonOf('Accepted') }
  if (!route.reply) return { 202: accepted, ...problems }
  const replying = { ...describing, formats: describing.formats(binding) }
  return {
    '2XX': { description: "The target's answer.", content: replyContent(route, replying) },
    ...(route.reply.late === 'keep' && { 202: { ...accepted, description: 'No answer in time: accepted, the answer comes later.' } }),
    ...problems,
    ...problemsOf([502, 504]),
    ...faultResponses(route, replying),
  }
}

const LOCATION = { Location: { description: 'The receipt.', schema: { type: 'string', format: 'uri-reference' } } }

function jsonOf(name: string) {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
}

/** A source without a client of its own takes messages of anybody, and of clients whose scopes have the route. */
function securityOf({ source }: SourceBinding, { project }: Describing): Record<string, unknown> {
  if (Object.keys(project.clients).length === 0) return {}
  return { security: [...(source.client === undefined ? [{}] : []), { bearer: [] }, { apiKey: [] }] }
}
