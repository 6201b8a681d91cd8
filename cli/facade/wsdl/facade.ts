import { posix } from 'node:path'
import type { Wsdl } from '../../../adapters/soap/wsdl/model.ts'
import type { Project } from '../../../config/project.ts'
import { prettyJson } from '../../pretty-json.ts'
import type { Facade, FacadeFile } from '../facade.ts'
import { copiesOf } from './copies.ts'
import { createFaults, type FacadeFault } from './faults.ts'
import { createFetch } from './fetched.ts'
import { faultSchemaFile, filesOf } from './file-names.ts'
import { withWsdl } from './load.ts'
import { faultMapping, mappingFiles } from './mapping-files.ts'
import { notesOf } from './notes.ts'
import type { Operation } from './operation.ts'
import { readOperations } from './operations.ts'
import { projectFiles } from './project-file.ts'
import { readme } from './readme.ts'
import { routeFile } from './route-file.ts'
import { collectSources } from './sources.ts'
import { systemFile } from './system-file.ts'
import { systemsOf } from './systems.ts'
import { testFile } from './test-file.ts'
import { kebab } from './words.ts'

/** A REST facade of the service that a WSDL describes. Throws CommandError where the WSDL cannot be used, or asks for the network and `fetch` is not set. */
export async function facadeOfWsdl(file: string, { fetch }: { readonly fetch: boolean }): Promise<Facade> {
  const sources = await collectSources(file, fetch ? createFetch() : undefined)
  const schemas = copiesOf(sources)
  return withWsdl(schemas, (project, wsdl) => written(project, wsdl, schemas))
}

function written(project: Project, wsdl: Wsdl, schemas: readonly FacadeFile[]): Facade {
  const name = kebab(posix.parse(wsdl.file).name, 'service')
  const systems = systemsOf(wsdl, name)
  const operations = readOperations(project, wsdl, systems)
  const faultOf = createFaults()
  const faultsOf = new Map(operations.map(operation => [operation, operation.faults.map(faultOf)]))
  const faults = new Set([...faultsOf.values()].flat())
  const notes = notesOf(wsdl, operations)
  const of = (operation: Operation): readonly FacadeFault[] => faultsOf.get(operation) ?? []
  const title = wsdl.ports[0]?.service ?? name
  return {
    files: [
      ...projectFiles(name, wsdl.file),
      { path: 'README.md', text: readme({ title, wsdl: wsdl.file, systems, operations, notes }) },
      ...systems.map(system => {
        const own = operations.filter(operation => operation.system === system.name)
        return { path: `systems/${system.name}.yaml`, text: systemFile({ system, wsdl: wsdl.file, operations: own, faultsOf: of }) }
      }),
      ...operations.flatMap(operation => operationFiles(operation, of(operation))),
      ...[...faults].flatMap(fault => [faultMapping(fault), { path: faultSchemaFile(fault.name), text: json(fault.schema) }]),
      ...schemas,
    ],
    notes,
  }
}

function operationFiles(operation: Operation, faults: readonly FacadeFault[]): readonly FacadeFile[] {
  const { described, request, requestSample, answer, answerSample, plain } = operation
  const files = filesOf(operation)
  const test = testFile(operation, faults)
  const hasAnswer = answer && (answer.kind === 'rules' || answer.kind === 'value')
  return [
    { path: files.route, text: routeFile(operation, faults) },
    ...mappingFiles(operation),
    ...(plain ? [] : [{ path: files.requestSchema, text: json(request.schema(`What callers of ${described.name} send`)) }]),
    ...(hasAnswer ? [{ path: files.answerSchema, text: json(answer.schema(`What callers of ${described.name} get`)) }] : []),
    ...(requestSample && !plain && request.kind !== 'empty'
      ? [{ path: files.request, text: json(request.toRest(requestSample.body)) }]
      : []),
    ...(answerSample && answerSample.xml !== '' ? [{ path: files.answer, text: answerSample.xml }] : []),
    ...(test === undefined ? [] : [{ path: files.test, text: test }]),
  ]
}

function json(value: unknown): string {
  return `${prettyJson(value)}\n`
}
