import { join } from 'node:path'
import { adapters } from '../../../../adapters/registry.ts'
import { copiesOf } from '../../../../cli/facade/wsdl/copies.ts'
import { givenOf } from '../../../../cli/facade/wsdl/given.ts'
import { withWsdl } from '../../../../cli/facade/wsdl/load.ts'
import type { Operation } from '../../../../cli/facade/wsdl/operation.ts'
import { readOperations } from '../../../../cli/facade/wsdl/operations.ts'
import { collectSources } from '../../../../cli/facade/wsdl/sources.ts'
import { systemsOf } from '../../../../cli/facade/wsdl/systems.ts'
import { loadProject } from '../../../../config/load.ts'
import type { Project } from '../../../../config/project.ts'
import type { Content, Meta } from '../../../../gateway/message.ts'
import { formats } from '../../../../transformers/formats/registry.ts'
import { isExactNumber } from '../../../../transformers/json/exact-number.ts'
import { compileMapping } from '../../../../transformers/map.ts'
import { transformers } from '../../../../transformers/registry.ts'
import { createValidator } from '../../../../transformers/validate/validator.ts'
import { type FixtureOperation, folder } from '../../../fixtures/wsdl/fixtures.ts'

/** A body of the service, and what a written mapping makes of what callers would send for it. */
export interface CarriedRequest {
  readonly wanted: unknown
  readonly came: unknown
}

/** The values in a body of the service, and those in what callers are told; both sorted. */
export interface CarriedAnswer {
  readonly said: readonly string[]
  readonly told: readonly string[]
}

/** The messages of a fixture, carried by the mappings of the facade in `dir`. What callers send and get must fit the schemas that they are shown. */
export async function carried(file: string, dir: string, fixture: readonly FixtureOperation[]) {
  const copies = copiesOf(await collectSources(join(folder, file), undefined))
  const operations = withWsdl(copies, (project, wsdl) => readOperations(project, wsdl, systemsOf(wsdl, 'service')))
  const project = loadProject(dir, { adapters, transformers, formats, environment: {} })
  const pairs = fixture.flatMap(sample => {
    const operation = operations.find(({ described }) => described.name === sample.name)
    return operation ? [{ operation, sample }] : []
  })
  return {
    requests: pairs.map(({ operation, sample }) => carriedRequest(project, operation, sample.input)),
    answers: pairs.flatMap(({ operation, sample }) =>
      sample.output === undefined ? [] : [carriedAnswer(project, operation, sample.output)],
    ),
  }
}

function carriedRequest(project: Project, operation: Operation, wanted: unknown): CarriedRequest {
  const { plain, request, name } = operation
  if (plain)
    return {
      wanted,
      came: plain.length === 0 ? {} : unpicked(operation, mapped(project, `${name}-request`, null, givenOf(operation, wanted))),
    }
  const sent = request.toRest(wanted)
  createValidator(request.schema(name))(sent)
  if (request.kind === 'value') return { wanted: { [request.name]: wanted }, came: sent }
  return { wanted, came: request.kind === 'rules' ? mapped(project, `${name}-request`, sent) : sent }
}

/** A route takes a plain value out of what its mapping makes. */
function unpicked({ request }: Operation, made: unknown): unknown {
  return request.kind === 'value' && typeof made === 'object' && made !== null ? Object.values(made)[0] : made
}

function carriedAnswer(project: Project, { answer, name }: Operation, output: unknown): CarriedAnswer {
  const hasMapping = answer?.kind === 'rules' || answer?.kind === 'value'
  const told = hasMapping ? mapped(project, `${name}-answer`, output) : output
  if (answer) createValidator(answer.schema(name))(told)
  return { said: valuesIn(output).sort(), told: valuesIn(told).sort() }
}

function mapped(project: Project, name: string, body: unknown, meta: Meta = {}): unknown {
  const bytes = new Uint8Array()
  const message = {
    id: '1',
    route: 'r',
    sourceIndex: 0,
    source: 's',
    correlationId: 'c',
    contentType: '',
    headers: {},
    meta,
    body: bytes,
    receivedAt: 0,
  }
  const content: Content = { message, body, headers: {}, contentType: '' }
  return compileMapping(project, name)?.apply(content)
}

function valuesIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || isExactNumber(body)) return [String(body)]
  const inner = Object.values(body)
  return inner.length === 0 ? [JSON.stringify(body)] : inner.flatMap(valuesIn)
}
