import { stringify } from 'yaml'
import type { FacadeFile } from '../facade.ts'
import { kebab } from '../wsdl/words.ts'
import { flow } from '../wsdl/yaml.ts'
import { envelopeText } from './envelope.ts'
import { DONE, MESSAGE, type Operation, RESULT } from './operation.ts'
import type { Refusal } from './refusals.ts'
import { fieldRules, objectRules, type Rules } from './rules.ts'
import { answerSample, requestSample, sampleOf } from './samples.ts'
import { pathOf, type Service, wsdlOf } from './service.ts'
import { requestRules } from './system.ts'

/** Text of a YAML file. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 140, indentSeq: true })
}

function jsonFile(path: string, value: unknown): FacadeFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` }
}

/** A route for each operation: the caller waits for the answer of REST. */
export function routeFile(operation: Operation, service: Service): FacadeFile {
  const { label, name, summary, faults } = operation
  const rows = faults.map(({ status, name: fault, text }) => ({
    when: status === undefined ? 'status >= 400' : `status == ${status}`,
    fault,
    text,
    map: detailMapping(fault, service),
  }))
  const route = {
    ...(summary !== undefined && { description: summary }),
    from: { soap: pathOf(service), wsdl: wsdlOf(service), operation: name },
    reply: { within: '25s' },
    to: { system: `${service.label}.${label}`, ...(hasAnswer(operation) && { answer: [{ map: `${label}-answer` }] }) },
    ...(rows.length > 0 && { faults: rows }),
  }
  return { path: `routes/${label}.yaml`, text: yamlText(route) }
}

function hasAnswer({ result }: Operation): boolean {
  return result?.shape.kind !== 'nothing'
}

function detailMapping(fault: string, { label }: Service): string {
  return `${label}-${kebab(fault, 'fault')}`
}

/** The mappings of an operation: its request, where it has an object for a body, and its answer. */
export function mappingFiles(operation: Operation, { schemas, note }: Service): readonly FacadeFile[] {
  const { label, name, body, result } = operation
  const tell = (text: string) => note(`${operation.at}: ${text}`)
  const rules = requestRules(operation, tell)
  const request = body &&
    rules &&
    Object.keys(rules).length > 0 && {
      description: `${name}: the request, for REST`,
      to: schemas.add(body.schema, `${label}-request`),
      rules,
    }
  const answer = hasAnswer(operation) && {
    description: `${name}: the answer of REST, for SOAP`,
    ...(result && { from: schemas.add(result.schema, `${label}-answer`) }),
    rules: result
      ? filled(fieldRules(RESULT, result.shape, 'body', { way: 'to-xml', note: tell, required: result.required }))
      : { [DONE]: { is: true } },
  }
  return [
    ...(request ? [{ path: `mappings/${label}-request.yaml`, text: yamlText(request) }] : []),
    ...(answer ? [{ path: `mappings/${label}-answer.yaml`, text: yamlText(answer) }] : []),
  ]
}

// A mapping has a rule at least.
function filled(rules: Rules): Rules {
  return Object.keys(rules).length > 0 ? rules : { nothing: { value: 'coalesce(null)', whenMissing: 'omit' } }
}

/** A mapping for the detail of each fault. */
export function detailFiles(service: Service): readonly FacadeFile[] {
  const { operations, note } = service
  const faults = new Map(operations.flatMap(({ faults: declared }) => declared.map(fault => [fault.name, fault] as const)))
  return [...faults.values()].map(({ name, shape, text }) => {
    const tell = (said: string) => note(`fault ${name}: ${said}`)
    const rules = shape?.kind === 'object' ? filled(objectRules(shape, 'body', { way: 'to-xml', note: tell })) : { [MESSAGE]: { is: text } }
    const mapping = { description: `What REST says when it refuses, as the detail of the fault ${name}`, rules }
    return { path: `mappings/${detailMapping(name, service)}.yaml`, text: yamlText(mapping) }
  })
}

/** Samples of an operation: the request as an envelope, what REST answers, and how it refuses. */
export function sampleFiles(operation: Operation, refusals: readonly Refusal[], service: Service): readonly FacadeFile[] {
  const { label, result } = operation
  const answer = answerSample(operation)
  return [
    { path: `samples/${label}.soap.xml`, text: envelopeText(operation, service.namespace, requestSample(operation).body) },
    ...(result ? [jsonFile(`samples/${label}.json`, answer.json ?? null)] : []),
    ...refusals.flatMap(({ file }) => (file ? [jsonFile(file.path, file.json)] : [])),
  ]
}

/** Tests of an operation: it is called and answered, and refused as is declared. */
export function testFile(operation: Operation, refusals: readonly Refusal[], service: Service): FacadeFile {
  const { label, name, status, body } = operation
  const answer = answerSample(operation).xml
  const { json } = requestSample(operation)
  const sent = body && json !== undefined ? `{ body: ${flow(json)} }` : '{}'
  const lines = [
    `- test: ${name} reaches REST, and its answer comes back`,
    `  send: { to: ${label}, body: samples/${label}.soap.xml }`,
    '  expect:',
    `    answer: { status: ${status}, body: ${flow(answer)} }`,
    `    to: { ${service.label}: ${sent} }`,
    '    only: true',
    ...refusals.flatMap(refusal => refusedTest(refusal)),
  ]
  return { path: `tests/${label}.yaml`, text: `${lines.join('\n')}\n` }
}

function refusedTest({ operation, fault, status, trigger }: Refusal): readonly string[] {
  const detail = fault.isTold && fault.shape ? sampleOf(fault.shape, 'answer').xml : undefined
  const told = { status, fault: fault.name, ...(detail !== undefined && { body: detail }) }
  return [
    `- test: ${operation.name} is told ${fault.name} where REST answers ${status}`,
    `  send: { to: ${operation.label}, body: ${flow(trigger.request.body)} }`,
    `  expect: { answer: ${flow(told)} }`,
  ]
}
