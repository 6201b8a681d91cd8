import { type Difference, differences, inWords } from './compare.ts'
import type { Path } from './faults.ts'
import type { Project, RouteTest } from './project.ts'
import type { Rehearsed, RehearsedDelivery } from './rehearsal.ts'
import { expectedOf } from './sample.ts'
import { type Fields, fieldsOf } from './value.ts'

/** All that is not as the test expects it; what stands in no word of the test is not looked at, but that the message is accepted. */
export function judgeTest(project: Project, test: RouteTest, rehearsed: Rehearsed): readonly Difference[] {
  const expect = fieldsOf(test.expect)
  const path = [...test.path, 'expect']
  const ofAnswer = judgeAnswer(project, expect.answer, rehearsed, [...path, 'answer'])
  // Where the message was refused all else that is missing follows from that: one mistake is one message.
  if (!rehearsed.plan && ofAnswer.length > 0) return ofAnswer
  const named = Object.entries(fieldsOf(expect.to))
  const ofEntries = named.flatMap(([entry, wanted]) =>
    judgeEntry(project, fieldsOf(wanted), find(entry, rehearsed), [...path, 'to', entry]),
  )
  const others = expect.only === true ? rehearsed.deliveries.filter(({ entry }) => !named.some(([name]) => name === entry)) : []
  return [
    ...ofAnswer,
    ...ofEntries,
    ...others.map(({ entry, chosen }) => ({ path: [...path, 'only'], expected: 'no other entry', came: `${entry}, chosen by ${chosen}` })),
    ...judgeReason(expect.because, rehearsed, [...path, 'because']),
  ]
}

type Wanted = RehearsedDelivery | string

function find(entry: string, { plan, deliveries, answer }: Rehearsed): Wanted {
  const found = deliveries.find(one => one.entry === entry)
  if (found) return found
  if (!plan) return `nothing: the sender was told ${refusal(answer)}`
  return plan.filtered === undefined
    ? `nothing: it went to ${deliveries.map(one => one.entry).join(', ')}`
    : `nothing, because: ${plan.filtered}`
}

function judgeEntry(project: Project, wanted: Fields, found: Wanted, path: Path): readonly Difference[] {
  if (typeof found === 'string') return [{ path, expected: 'a delivery', came: found }]
  const { state = 'delivered', headers, body } = wanted
  const ofState = found.state === state ? [] : [{ path: [...path, 'state'], expected: String(state), came: ending(found) }]
  const ofHeaders = Object.entries(fieldsOf(headers)).flatMap(([name, value]) =>
    differences(value, found.headers[name.toLowerCase()], [...path, 'headers', name]),
  )
  return [...ofBody(project, body, found.says, [...path, 'body']), ...ofHeaders, ...ofState]
}

function ofBody(project: Project, expected: unknown, body: unknown, path: Path): readonly Difference[] {
  return expected === undefined ? [] : differences(expectedOf(project, expected), body, path)
}

function ending({ state, error }: RehearsedDelivery): string {
  return error ? `${state}: ${error.code} ${error.detail}` : state
}

function judgeAnswer(project: Project, wanted: unknown, rehearsed: Rehearsed, path: Path): readonly Difference[] {
  const { answer } = rehearsed
  if (wanted === undefined) return answer.error ? [{ path, expected: 'no refusal', came: refusal(answer) }] : []
  const { status, code, fault, body } = fieldsOf(wanted)
  const told = refusal(answer)
  if (status !== undefined && status !== answer.status) return [{ path: [...path, 'status'], expected: inWords(status), came: told }]
  if (code !== undefined && code !== answer.error?.code) return [{ path: [...path, 'code'], expected: String(code), came: told }]
  if (fault !== undefined && !answer.fault) return [{ path: [...path, 'fault'], expected: 'a fault', came: told }]
  const ofFault =
    fault === undefined ? [] : differences(typeof fault === 'string' ? { name: fault } : fault, answer.fault, [...path, 'fault'])
  return ofFault.length > 0 ? ofFault : ofBody(project, body, answer.body, [...path, 'body'])
}

/** What the sender hears, in words: the fault that was made of the target's failure, else the error. */
function refusal({ status, error, fault }: Rehearsed['answer']): string {
  if (fault) return `${status} ${fault.name === '' ? fault.code : `fault ${fault.name}`}: ${fault.text}`
  return error ? `${status} ${error.code}: ${error.detail}` : String(status)
}

function judgeReason(because: unknown, { plan }: Rehearsed, path: Path): readonly Difference[] {
  if (because === undefined || because === plan?.filtered) return []
  const entries = plan?.deliveries.map(({ entry }) => entry) ?? []
  const came = plan?.filtered === undefined ? `it went to ${entries.join(', ') || 'no entry'}` : inWords(plan.filtered)
  return [{ path, expected: inWords(because), came }]
}
