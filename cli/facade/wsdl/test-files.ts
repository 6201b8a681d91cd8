import { prettyJson } from '../../pretty-json.ts'
import type { FacadeFile } from '../facade.ts'
import { type FacadeFault, triggerOf } from './faults.ts'
import { filesOf, triggerFile } from './file-names.ts'
import { givenOf } from './given.ts'
import type { Operation } from './operation.ts'
import type { Sample } from './side.ts'
import { flow, key } from './yaml.ts'

/** A line of a test is as long as people read. */
const LONGEST = 110

/** The tests of an operation's route, and the samples that only they need; none where no sample of its messages could be made. */
export function testFiles(operation: Operation, faults: readonly FacadeFault[]): readonly FacadeFile[] {
  const { described, answer, answerSample, requestSample } = operation
  if (!requestSample || (answer && !answerSample)) return []
  const told = faults.flatMap(fault => faultTest(operation, fault) ?? [])
  const tests = [goodTest(operation, requestSample), ...told.map(({ lines }) => lines), ...badTest(operation)]
  const text = `# ${described.name}, played by the stand-in.\n${tests.flat().join('\n')}\n`
  return [{ path: filesOf(operation).test, text }, ...told.flatMap(({ sample }) => sample ?? [])]
}

function goodTest(operation: Operation, { body, sent: read }: Sample): readonly string[] {
  const { described, system, answer, answerSample, request } = operation
  const status = answer ? 200 : 202
  const told = answer && answerSample && answer.kind !== 'empty' ? expectation(answer.toRest(answerSample.body)) : undefined
  const sent = request.kind === 'empty' ? undefined : expectation(read)
  return [
    `- test: ${described.name} gets what it takes${answer ? ', and its answer comes back' : ', and nobody waits'}`,
    `  send: ${sending(operation, body, filesOf(operation).request)}`,
    '  expect:',
    `    answer: { status: ${status}${told === undefined ? '' : `, body: ${told}`} }`,
    `    to: { ${system}: ${sent === undefined ? '{}' : `{ body: ${sent} }`} }`,
    '    only: true',
  ]
}

interface FaultTest {
  readonly lines: readonly string[]
  /** Of a request that is too long for a line. */
  readonly sample?: FacadeFile
}

function faultTest(operation: Operation, { fault, status, declared, name }: FacadeFault): FaultTest | undefined {
  const trigger = triggerOf(operation, fault)
  if (!trigger || !declared.sample) return undefined
  const body = operation.plain ? undefined : operation.request.toRest(trigger.body)
  const isLong = body !== undefined && flow(body).length > LONGEST
  const file = triggerFile(operation, name)
  const lines = [
    `- test: the fault ${fault} is told as a ${status}`,
    `  send: ${sending(operation, trigger.body, isLong ? file : undefined)}`,
    `  expect: { answer: { status: ${status}, body: { code: ${flow(fault)} } } }`,
  ]
  return { lines, ...(isLong && { sample: { path: file, text: `${prettyJson(body)}\n` } }) }
}

/** What is required and missing is told; nothing is sent. */
function badTest(operation: Operation): readonly string[][] {
  const { name, plain, request } = operation
  const needs = request.kind === 'value' || (request.kind === 'rules' && hasRequired(operation))
  if (plain || !needs) return []
  return [
    [
      '- test: a request without what is required is told so',
      `  send: { to: ${name}, body: {} }`,
      '  expect: { answer: { status: 422, code: SCHEMA_INVALID }, only: true }',
    ],
  ]
}

function hasRequired({ request }: Operation): boolean {
  return Array.isArray(request.schema('').required)
}

/** `body`: on the SOAP side; `file`: where it stands as REST has it. */
function sending(operation: Operation, body: unknown, file: string | undefined): string {
  const { name, plain, request } = operation
  if (plain) {
    const { path, query } = givenOf(operation, body)
    return `{ ${[`to: ${name}`, ...member('path', path), ...member('query', query)].join(', ')} }`
  }
  if (request.kind === 'empty') return `{ to: ${name}, body: {} }`
  return `{ to: ${name}, body: ${file ?? flow(request.toRest(body))} }`
}

function member(name: string, given: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(given).length === 0 ? [] : [`${name}: ${flow(given)}`]
}

/** The value on one line; of an object as many members as fit: a test looks at no others. */
function expectation(value: unknown, room = LONGEST): string | undefined {
  const whole = flow(value)
  // A name that no config may have.
  const isSayable = !whole.includes('__proto__')
  if (whole.length <= room && isSayable) return whole
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fitting: string[] = []
  let left = room - 4
  for (const [name, item] of Object.entries(value)) {
    const says = name === '__proto__' ? undefined : expectation(item, left - name.length - 4)
    if (says === undefined) continue
    fitting.push(`${key(name)}: ${says}`)
    left -= name.length + says.length + 4
  }
  return fitting.length === 0 ? undefined : `{ ${fitting.join(', ')} }`
}
