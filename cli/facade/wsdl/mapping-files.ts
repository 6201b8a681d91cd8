import type { FacadeFile } from '../facade.ts'
import { pathField } from './endpoint.ts'
import type { FacadeFault } from './faults.ts'
import { faultSchemaFile, filesOf, mappingFile } from './file-names.ts'
import type { Operation } from './operation.ts'
import type { PlainValue } from './plain.ts'
import { member } from './shape-rules.ts'
import { flow, key, scalar } from './yaml.ts'

/** The mappings of an operation: what came into its request, its answer into what goes back. */
export function mappingFiles(operation: Operation): readonly FacadeFile[] {
  return [...requestMapping(operation), ...answerMapping(operation)]
}

function requestMapping(operation: Operation): readonly FacadeFile[] {
  const { name, request, plain, described } = operation
  const path = mappingFile(`${name}-request`)
  if (plain) {
    if (plain.length === 0) return []
    const text = mapping([`description: Path and query as the content of ${described.name}`], plainRules(plain))
    return [{ path, text }]
  }
  if (request.kind !== 'rules') return []
  const head = [`description: What callers send as the content of ${described.name}`, `from: ${filesOf(operation).requestSchema}`]
  return [{ path, text: mapping(head, request.rules) }]
}

function answerMapping(operation: Operation): readonly FacadeFile[] {
  const { name, answer, described } = operation
  if (!answer || (answer.kind !== 'rules' && answer.kind !== 'value')) return []
  const head = [`description: The answer of ${described.name} as callers read it`, `to: ${filesOf(operation).answerSchema}`]
  return [{ path: mappingFile(`${name}-answer`), text: mapping(head, answer.rules) }]
}

/** Fields that stand in path and query. */
function plainRules(plain: readonly PlainValue[]): readonly string[] {
  const inPath = pathField(plain)
  return plain.map(({ xml, name, required, convert }) => {
    const text = member(name === inPath ? 'meta.path' : 'meta.query', name)
    const value = scalar(convert === undefined ? text : `${convert}(${text})`)
    return `${key(xml)}: ${required && name !== inPath ? `{ value: ${value}, whenMissing: reject }` : value}`
  })
}

/** The mapping of a fault: what callers are told. */
export function faultMapping({ name, fault, title, status, rules }: FacadeFault): FacadeFile {
  const own = [`title: { is: ${scalar(title)} }`, `status: { is: ${status} }`, `code: { is: ${flow(fault)} }`]
  const text = mapping([`description: The fault ${fault} as callers read it`, `to: ${faultSchemaFile(name)}`], [...own, ...rules])
  return { path: mappingFile(name), text }
}

function mapping(head: readonly string[], rules: readonly string[]): string {
  return `${[...head, 'rules:', ...rules.map(line => `  ${line}`)].join('\n')}\n`
}
