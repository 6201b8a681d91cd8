import { type FacadeFault, triggerOf } from './faults.ts'
import { faultSampleFile, filesOf } from './file-names.ts'
import type { Operation } from './operation.ts'
import { member } from './shape-rules.ts'
import type { FacadeSystem } from './systems.ts'
import { flow, line, scalar } from './yaml.ts'

/** What the file of a system is made of. */
export interface SystemParts {
  readonly system: FacadeSystem
  readonly wsdl: string
  readonly operations: readonly Operation[]
  faultsOf(operation: Operation): readonly FacadeFault[]
}

/** The system, with a stand-in that knows each of its operations. */
export function systemFile({ system, wsdl, operations, faultsOf }: SystemParts): string {
  const { name, port } = system
  const url = `\${env:${environmentName(name)}:-${addressOf(system)}}`
  const options = [`wsdl: ${wsdl}`, ...(port === undefined ? [] : [`port: ${scalar(port)}`]), `url: '${url}'`, 'timeout: 15s']
  const single = operations.length === 1
  const rules = operations.flatMap(operation => [
    ...faultsOf(operation).flatMap(fault => faultRule(operation, fault, single)),
    ...answerRule(operation, single),
  ])
  const lines = [
    `description: ${line(`The SOAP service that ${wsdl} describes`)}`,
    `soap: { ${options.join(', ')} }`,
    ...(rules.length > 0 ? ['standIn:', ...rules] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** `ORDERS_URL` */
export function environmentName(system: string): string {
  return `${system
    .toUpperCase()
    .replaceAll('-', '_')
    .replace(/^(?=\d)/, '_')}_URL`
}

/** The address that the WSDL tells; one of this machine where it tells none that can be called. */
function addressOf({ address }: FacadeSystem): string {
  return isCallable(address) ? address : 'http://127.0.0.1:9001/'
}

/** Whether an address of a WSDL is one of HTTP. */
export function isCallable(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) && !/[{}'\s]/.test(address)
}

function isThis({ described }: Operation, single: boolean): readonly string[] {
  return single ? [] : [`meta.operation == ${JSON.stringify(described.name)}`]
}

/** A text of the request that is the fault's name brings it about. */
function faultRule(operation: Operation, { fault, declared, name }: FacadeFault, single: boolean): readonly string[] {
  const trigger = triggerOf(operation, fault)
  if (!trigger || !declared.sample) return []
  const when = [...isThis(operation, single), `${trigger.path.reduce(member, 'body')} == ${JSON.stringify(fault)}`].join(' && ')
  return [`  - { when: ${scalar(when)}, fault: ${flow(fault)}, answer: ${faultSampleFile(name)} }`]
}

function answerRule(operation: Operation, single: boolean): readonly string[] {
  const { answer, answerSample } = operation
  const when = isThis(operation, single).map(text => `when: ${scalar(text)}`)
  if (!answer) return [`  - { ${[...when, 'status: 202'].join(', ')} }`]
  if (!answerSample) return []
  const says = answerSample.xml === '' ? 'status: 200' : `answer: ${filesOf(operation).answer}`
  return [`  - { ${[...when, says].join(', ')} }`]
}
