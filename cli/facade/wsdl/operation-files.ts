import { prettyJson } from '../../pretty-json.ts'
import type { FacadeFile } from '../facade.ts'
import type { FacadeFault } from './faults.ts'
import { faultSampleFile, faultSchemaFile, filesOf } from './file-names.ts'
import { faultMapping, mappingFiles } from './mapping-files.ts'
import type { Operation } from './operation.ts'
import { routeFile } from './route-file.ts'
import { testFiles } from './test-files.ts'

/** All files that are an operation's alone. */
export function operationFiles(operation: Operation, faults: readonly FacadeFault[]): readonly FacadeFile[] {
  return [
    { path: filesOf(operation).route, text: routeFile(operation, faults) },
    ...mappingFiles(operation),
    ...schemaFiles(operation),
    ...sampleFiles(operation),
    ...testFiles(operation, faults),
  ]
}

function schemaFiles(operation: Operation): readonly FacadeFile[] {
  const { described, request, answer, plain } = operation
  const { requestSchema, answerSchema } = filesOf(operation)
  const isMapped = answer?.kind === 'rules' || answer?.kind === 'value'
  return [
    ...(plain ? [] : [jsonFile(requestSchema, request.schema(`What callers of ${described.name} send`))]),
    ...(isMapped ? [jsonFile(answerSchema, answer.schema(`What callers of ${described.name} get`))] : []),
  ]
}

function sampleFiles(operation: Operation): readonly FacadeFile[] {
  const { request, requestSample, answerSample, plain } = operation
  const files = filesOf(operation)
  const isSent = requestSample && !plain && request.kind !== 'empty'
  return [
    ...(isSent ? [jsonFile(files.request, request.toRest(requestSample.body))] : []),
    ...(answerSample && answerSample.xml !== '' ? [{ path: files.answer, text: answerSample.xml }] : []),
  ]
}

/** The files of a fault, which operations may share. */
export function faultFiles(fault: FacadeFault): readonly FacadeFile[] {
  const { name, schema, declared } = fault
  return [
    faultMapping(fault),
    jsonFile(faultSchemaFile(name), schema),
    ...(declared.sample ? [{ path: faultSampleFile(name), text: declared.sample.xml }] : []),
  ]
}

function jsonFile(path: string, value: unknown): FacadeFile {
  return { path, text: `${prettyJson(value)}\n` }
}
