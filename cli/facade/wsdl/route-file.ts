import type { FacadeFault } from './faults.ts'
import { filesOf } from './file-names.ts'
import type { Operation } from './operation.ts'
import { sentence } from './words.ts'
import { line, scalar } from './yaml.ts'

/** The route of an operation. */
export function routeFile(operation: Operation, faults: readonly FacadeFault[]): string {
  const { system, described, answer, name } = operation
  const request = requestSteps(operation)
  const reply = answer && (answer.kind === 'rules' || answer.kind === 'value') ? `${name}-answer` : undefined
  const lines = [
    `description: ${line(sentence(described.documentation) ?? `${described.name} of ${system} for callers by REST`)}`,
    `from: ${sourceOf(operation)}`,
    ...(answer ? ['reply: { within: 20s }'] : []),
    ...targetLines(`${system}.${described.name}`, request, reply),
    ...(faults.length > 0 ? ['faults:', ...faults.map(faultLine)] : []),
  ]
  return `${lines.join('\n')}\n`
}

function sourceOf(operation: Operation): string {
  const { endpoint, plain } = operation
  const rest = `${endpoint.verb} ${endpoint.path}`
  return plain ? `{ rest: '${rest}' }`.replace(/'([^':]*)'/, '$1') : `{ rest: ${rest}, schema: ${filesOf(operation).requestSchema} }`
}

/** The steps that make the service's request of what came. */
function requestSteps({ name, request, plain }: Operation): readonly string[] {
  const map = plain?.length === 0 || request.kind === 'empty' || request.kind === 'whole' ? [] : [`{ map: ${name}-request }`]
  if (request.kind !== 'value') return map
  // A mapping makes objects only.
  const pick = `{ jsonata: ${/^[A-Za-z_]\w*$/.test(request.name) ? request.name : scalar(`\`${request.name}\``)} }`
  return plain ? [...map, pick] : [pick]
}

function targetLines(target: string, request: readonly string[], reply: string | undefined): readonly string[] {
  if (request.length === 0 && reply === undefined) return [`to: ${target}`]
  return [
    'to:',
    `  system: ${target}`,
    ...(request.length > 0 ? [`  transform: [${request.join(', ')}]`] : []),
    ...(reply === undefined ? [] : [`  answer: [{ map: ${reply} }]`]),
  ]
}

function faultLine({ fault, status, name }: FacadeFault): string {
  return `  - { when: ${scalar(`fault.name == ${JSON.stringify(fault)}`)}, status: ${status}, map: ${name} }`
}
