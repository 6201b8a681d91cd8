import { createHash } from 'node:crypto'
import type { SourceBinding } from '../../adapter.ts'
import { restSource } from '../source-options.ts'
import { createComponents } from './components.ts'
import { type Describing, describeOperation, pathOf } from './operation.ts'
import { ownSchemas, parameters, problemResponses, problemsOf, securitySchemes } from './parts.ts'

/** An OpenAPI 3.1 document of these REST sources and of the receipts. Its version changes where what it describes does; addresses of systems, keys and files are not in it. */
export function openApiOf(
  sources: readonly SourceBinding[],
  { project, formats }: Omit<Describing, 'components'>,
): Record<string, unknown> {
  const components = createComponents(project, ownSchemas)
  const hasClients = Object.keys(project.clients).length > 0
  const paths: Record<string, Record<string, unknown>> = {}
  for (const binding of sources) {
    const path = pathOf(binding)
    const method = restSource(binding.source.options).method.toLowerCase()
    paths[path] = { ...paths[path], [method]: describeOperation(binding, { project, components, formats }) }
  }
  const described = {
    paths: {
      ...paths,
      '/receipts/{id}': { ...paths['/receipts/{id}'], get: receipt(hasClients) },
      ...(splits(sources) && { '/receipts/{id}/rejects': { ...paths['/receipts/{id}/rejects'], get: rejects(hasClients) } }),
    },
    components: {
      schemas: { ...ownSchemas, ...components.schemas() },
      parameters,
      responses: problemResponses,
      ...(hasClients && { securitySchemes }),
    },
  }
  return { openapi: '3.1.0', info: { title: project.name, version: versionOf(described) }, ...described }
}

function splits(sources: readonly SourceBinding[]): boolean {
  return sources.some(({ route }) => route.split !== undefined)
}

// Not the project's own hash, which secrets are part of.
function versionOf(described: object): string {
  return createHash('sha256').update(JSON.stringify(described)).digest('hex').slice(0, 12)
}

function receipt(hasClients: boolean) {
  return {
    operationId: 'receipt',
    summary: 'What became of a message',
    parameters: [ID],
    ...answers('The receipt.', { $ref: '#/components/schemas/Receipt' }, hasClients),
  }
}

function rejects(hasClients: boolean) {
  const cursor = { name: 'cursor', in: 'query', description: 'Of the page before.', schema: { type: 'string' } }
  return {
    operationId: 'rejects',
    summary: 'Records of a message that could not be accepted',
    parameters: [ID, cursor],
    ...answers('A page of them.', { $ref: '#/components/schemas/Rejects' }, hasClients),
  }
}

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } } as const

function answers(description: string, schema: object, hasClients: boolean) {
  return {
    responses: {
      200: { description, content: { 'application/json': { schema } } },
      ...problemsOf(hasClients ? [401, 404, 406, 503] : [404, 406, 503]),
    },
    ...(hasClients && { security: [{}, { bearer: [] }, { apiKey: [] }] }),
  }
}
