import { GatewayError } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'
import type { XmlName } from '../../transformers/xml/events.ts'
import { clark } from '../../transformers/xml/events.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { answerFault, retryAfter } from '../rest/settlement.ts'
import { childOf, createElementReader, type Element, elementXml, textOf } from './element.ts'
import { PROBLEM, readFault } from './fault.ts'

/** A fault's detail is kept whole up to here: cut, nothing could read it. */
const MAX_DETAIL = 65_536

/** What is known of the target beside its answer. */
export interface FaultContext {
  /** The target's, for texts. */
  readonly name: string
  /** Names of the declared faults by their detail's element, as `clark` names it. */
  readonly faults: ReadonlyMap<string, string>
}

/** What a SOAP fault means (contracts.md): by its code before the HTTP status; a code of the target's own by the status. Undefined where the payload is none. */
export function faultIn(answer: Answer, payload: string, { name, faults }: FaultContext): GatewayError | undefined {
  const reader = createElementReader()
  readXml(payload, reader)
  const read = readFault(reader.result())
  if (!read) return undefined
  const { code, text, detail } = read
  const declared = detail.find(element => faults.has(clark(element))) ?? detail[0]
  const xml = declared ? elementXml(declared) : ''
  const told: Answer = {
    ...answer,
    status: statusIn(declared) ?? answer.status,
    contentType: 'application/xml',
    body: Buffer.from(xml.length > MAX_DETAIL ? '' : xml),
    fault: { code, name: declared ? nameOf(declared, faults) : '', text: text.slice(0, 4_096) },
  }
  const words = `${name} answered the fault ${code}${text === '' ? '' : `: ${text.replaceAll(/\s+/g, ' ').slice(0, 200)}`}`
  if (isRefusal(code, answer, name)) return new GatewayError('TARGET_REFUSED', words, { answer: told })
  const retryAfterMs = retryAfter(answer.headers['retry-after'])
  return new GatewayError('TARGET_UNAVAILABLE', words, { answer: told, ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

/** HTTP carries two statuses for all faults; another gateway's problem tells the one that is meant. */
function statusIn(detail: Element | undefined): number | undefined {
  const element = detail?.local === 'problem' && detail.ns === PROBLEM ? childOf(detail, PROBLEM, 'status') : undefined
  const status = Number(element && textOf(element))
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined
}

function nameOf(element: XmlName, faults: ReadonlyMap<string, string>): string {
  return faults.get(clark(element)) ?? element.local
}

const REFUSALS = new Set(['Client', 'MustUnderstand', 'VersionMismatch', 'DataEncodingUnknown'])

// What is neither is a code of the target's own: SOAP 1.1 (4.4) allows that.
function isRefusal(code: string, answer: Answer, name: string): boolean {
  const [kind = ''] = code.split('.')
  if (REFUSALS.has(kind)) return true
  return kind !== 'Server' && answer.status >= 300 && answerFault(answer, name).permanent
}
