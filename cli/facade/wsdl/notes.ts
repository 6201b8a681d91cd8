import type { Wsdl } from '../../../adapters/soap/wsdl/model.ts'
import { triggerOf } from './faults.ts'
import type { Operation } from './operation.ts'
import { environmentName, isCallable } from './system-file.ts'
import type { FacadeSystem } from './systems.ts'

/** What the WSDL has and the part does not, each with what to do. */
export function notesOf({ unsupported }: Wsdl, systems: readonly FacadeSystem[], operations: readonly Operation[]): readonly string[] {
  const homeless = systems.filter(({ address }) => !isCallable(address))
  return [
    ...homeless.map(({ name, address }) => `"${address}" is no address that can be called by HTTP; set ${environmentName(name)}`),
    ...unsupported.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`),
    ...operations.flatMap(operation => [...messageNotes(operation), ...sampleNotes(operation)]),
  ]
}

function messageNotes({ described: { name, input }, name: route }: Operation): readonly string[] {
  const headers = input.headers.map(({ element, name: part }) => element?.name.local ?? part)
  const { attachments = [] } = input
  return [
    ...(headers.length > 0
      ? [
          `${name} takes header blocks (${headers.join(', ')}); where the service needs them, set them in routes/${route}.yaml: transform: [{ set: { headers: { ${headers[0]}: ... } } }]`,
        ]
      : []),
    ...(attachments.length > 0
      ? [`${name} takes attachments (${attachments.map(({ name: part }) => part).join(', ')}), which its route does not send`]
      : []),
  ]
}

function sampleNotes(operation: Operation): readonly string[] {
  const { described, requestSample, answer, answerSample, faults, name } = operation
  const missing = [...(requestSample ? [] : ['request']), ...(answer && !answerSample ? ['answer'] : [])]
  const silent = faults.filter(({ described: fault, sample }) => requestSample && (!sample || !triggerOf(operation, fault.name)))
  return [
    ...(missing.length > 0
      ? [`no ${missing.join(' and ')} of ${described.name} could be made up from the schema; add samples, and tests/${name}.yaml`]
      : []),
    ...silent.map(
      fault =>
        `the stand-in never answers the fault ${fault.described.name} of ${described.name}: no text of the request is free to ask for it`,
    ),
  ]
}
