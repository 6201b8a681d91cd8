import { type Difference, differences, inWords } from './compare.ts'
import type { Path } from './faults.ts'
import type { Project, RouteTest } from './project.ts'
import type { Rehearsed } from './rehearsal.ts'
import type { RehearsedDelivery } from './rehearse-delivery.ts'
import { expectedOf } from './sample.ts'
import { type Fields, fieldsOf } from './value.ts'

/** All that is not as the test expects it; what stands in no word of the test is not looked at, but that the message is accepted. */
export function judgeTest(project: Project, test: RouteTest, rehearsed: Rehearsed): readonly Difference[] {
  const expect = fieldsOf(test.expect)
  const path = [...test.path, 'expect']
  const ofAnswer = judgeAnswer(project, expect.answer, rehearsed, [...path, 'answer'])
  // Where the message was refused all else that is missing follows from that: one mistake is one message.
  if (!rehearsed.plan && ofAnswer.length > 0) return ofAnswer
  return [
    ...ofAnswer,
    ...judgeRecords(expect.records, rehearsed, [...path, 'records']),
    ...judgeEntries(project, fieldsOf(expect.to), rehearsed, [...path, 'to']),
    ...(expect.only === true ? judgeOthers(Object.keys(fieldsOf(expect.to)), rehearsed, [...path, 'only']) : []),
    ...judgeDone(project, expect.done, rehearsed, [...path, 'done']),
    ...judgeReason(expect.because, rehearsed, [...path, 'because']),
  ]
}

function judgeOthers(named: readonly string[], { deliveries }: Rehearsed, path: Path): readonly Difference[] {
  const others = new Map(deliveries.filter(({ entry }) => !named.includes(entry)).map(one => [one.entry, one]))
  return [...others.values()].map(({ entry, chosen }) => ({ path, expected: 'no other entry', came: `${entry}, chosen by ${chosen}` }))
}

function judgeDone(project: Project, wanted: unknown, { done }: Rehearsed, path: Path): readonly Difference[] {
  if (wanted === undefined) return []
  if (!done) return [{ path, expected: 'a receipt that goes on', came: 'nothing: the message was not split' }]
  const { error } = done.answer
  if (error) return [{ path, expected: 'no refusal', came: `${error.code}: ${error.detail}` }]
  return judgeEntries(project, fieldsOf(wanted), done, path)
}

function judgeEntries(project: Project, wanted: Fields, rehearsed: Rehearsed, path: Path): readonly Difference[] {
  return Object.entries(wanted).flatMap(([entry, expected]) => judgeEntry(project, expected, find(entry, rehearsed), [...path, entry]))
}

/** What an entry got, one for each record and in their order, and what these were collected into; else why it got nothing. */
type Wanted = { readonly each: readonly RehearsedDelivery[]; readonly batch: RehearsedDelivery | undefined } | string

function find(entry: string, { plan, deliveries, batches, answer }: Rehearsed): Wanted {
  const each = deliveries.filter(one => one.entry === entry)
  if (each.length > 0) return { each, batch: batches.find(one => one.entry === entry) }
  if (!plan) return `nothing: the sender was told ${refusal(answer)}`
  return plan.filtered === undefined ? `nothing: ${wentTo(deliveries)}` : `nothing, because: ${plan.filtered}`
}

function wentTo(deliveries: readonly RehearsedDelivery[]): string {
  return `it went to ${[...new Set(deliveries.map(({ entry }) => entry))].join(', ') || 'no entry'}`
}

/** A list has the bodies of all records that went to the entry; else each of them is as told, or what they were collected into. */
function judgeEntry(project: Project, wanted: unknown, found: Wanted, path: Path): readonly Difference[] {
  if (typeof found === 'string') return isNone(wanted) ? [] : [{ path, expected: 'a delivery', came: found }]
  const { each, batch } = found
  if (!Array.isArray(wanted)) {
    const judged = (batch ? [batch] : each).map(one => judgeDelivery(project, fieldsOf(wanted), one, path))
    return judged.find(({ length }) => length > 0) ?? []
  }
  const ofItems = wanted.slice(0, each.length).flatMap((body, index) => {
    const one = each[index]
    return one ? [...ofBody(project, body, one, [...path, index]), ...ofState('delivered', one, [...path, index])] : []
  })
  if (wanted.length === each.length) return ofItems
  return [{ path, expected: `${wanted.length} deliveries`, came: String(each.length) }, ...ofItems]
}

function isNone(wanted: unknown): boolean {
  return Array.isArray(wanted) && wanted.length === 0
}

function judgeDelivery(project: Project, wanted: Fields, found: RehearsedDelivery, path: Path): readonly Difference[] {
  const { state = 'delivered', headers, body } = wanted
  const ofHeaders = Object.entries(fieldsOf(headers)).flatMap(([name, value]) =>
    differences(value, found.headers[name.toLowerCase()], [...path, 'headers', name]),
  )
  return [...ofBody(project, body, found, [...path, 'body']), ...ofHeaders, ...ofState(state, found, [...path, 'state'])]
}

function ofState(state: unknown, found: RehearsedDelivery, path: Path): readonly Difference[] {
  return found.state === state ? [] : [{ path, expected: String(state), came: ending(found) }]
}

/** What came, as its format reads it, and as it was on its way. */
interface Came {
  readonly says: unknown
  readonly body?: Uint8Array
}

function ofBody(project: Project, wanted: unknown, { says, body }: Came, path: Path): readonly Difference[] {
  if (wanted === undefined) return []
  const expected = expectedOf(project, wanted)
  // A text is compared with the text that came, though its format may read a list of records in it.
  if (typeof expected !== 'string' || typeof says === 'string' || !body) return differences(expected, says, path)
  return differences(linesOf(expected), linesOf(Buffer.from(body).toString()), path)
}

function linesOf(text: string): string | readonly string[] {
  return text.includes('\n') ? text.split(/\r?\n/) : text
}

function ending({ state, error, record }: RehearsedDelivery): string {
  const which = record === undefined ? '' : ` (record ${record})`
  return error ? `${state}: ${error.code} ${error.detail}${which}` : `${state}${which}`
}

/** Without a word about its records all of them must be accepted, as the message itself. */
function judgeRecords(wanted: unknown, { records }: Rehearsed, path: Path): readonly Difference[] {
  if (!records) return wanted === undefined ? [] : [{ path, expected: 'records', came: 'nothing: the message was not split' }]
  const { counts, rejects, error } = records
  const { rejects: refused, error: code, ...others } = fieldsOf(wanted)
  const ended = error ? `${error.code}: ${error.detail}` : 'all were read'
  const ofError = code === error?.code ? [] : [{ path: [...path, 'error'], expected: String(code ?? 'none'), came: ended }]
  if (wanted !== undefined)
    return [...differences(others, counts, path), ...differences(refused ?? rejects, rejects, [...path, 'rejects']), ...ofError]
  const [first] = rejects
  if (!first) return ofError
  const came = `${rejects.length} of ${counts.read}, the first: record ${first.number}: ${first.code}: ${first.detail}`
  return [{ path, expected: 'no rejected record', came }, ...ofError]
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
  return ofFault.length > 0 ? ofFault : ofBody(project, body, { says: answer.body }, [...path, 'body'])
}

/** What the sender hears, in words: the fault that was made of the target's failure, else the error. */
function refusal({ status, error, fault }: Rehearsed['answer']): string {
  if (fault) return `${status} ${fault.name === '' ? fault.code : `fault ${fault.name}`}: ${fault.text}`
  return error ? `${status} ${error.code}: ${error.detail}` : String(status)
}

function judgeReason(because: unknown, { plan, deliveries }: Rehearsed, path: Path): readonly Difference[] {
  if (because === undefined || because === plan?.filtered) return []
  const came = plan?.filtered === undefined ? wentTo(deliveries) : inWords(plan.filtered)
  return [{ path, expected: inWords(because), came }]
}
