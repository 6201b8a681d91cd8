import type { GatewayError } from '../../gateway/errors.ts'
import { faultError } from './condition.ts'
import { attributeOf, childOf, type Element, elementsOf, elementXml, escapeAttribute, escapeText, textOf } from './element.ts'
import { mustUnderstand } from './envelope-writer.ts'
import type { HeaderBlock } from './headers.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** WS-Addressing 1.0 (https://www.w3.org/TR/ws-addr-core/), and the submission of 2004/08 that older stacks speak. */
export const ADDRESSING = 'http://www.w3.org/2005/08/addressing'
export const ADDRESSING_2004 = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'

/** An endpoint reference. */
export interface EndpointReference {
  readonly address: string
  /** What is echoed as header blocks in what is sent there. */
  readonly parameters: readonly Element[]
}

/** The addressing properties of a message. */
export interface Addressing {
  readonly ns: string
  readonly messageId?: string
  readonly action?: string
  readonly to?: string
  readonly relatesTo?: string
  readonly replyTo?: EndpointReference
  readonly faultTo?: EndpointReference
}

/** Whether a header block is WS-Addressing's. */
export function isAddressing({ element: { ns } }: HeaderBlock): boolean {
  return ns === ADDRESSING || ns === ADDRESSING_2004
}

const ONCE = new Set(['MessageID', 'Action', 'To', 'From', 'ReplyTo', 'FaultTo'])

/** The addressing properties among header blocks; undefined where there are none; throws wsa:InvalidAddressingHeader where one stands twice or is empty. */
export function readAddressing(blocks: readonly HeaderBlock[]): Addressing | undefined {
  const ours = blocks.filter(isAddressing)
  const [first] = ours
  if (!first) return undefined
  const { ns } = first.element
  const found: Record<string, Element> = Object.create(null)
  for (const { element } of ours) {
    if (element.ns !== ns) throw invalid(ns, 'InvalidAddressingHeader', 'the header blocks are of two versions of WS-Addressing')
    if (found[element.local] && ONCE.has(element.local)) throw invalid(ns, 'InvalidCardinality', `wsa:${element.local} stands twice`)
    found[element.local] = element
  }
  return {
    ns,
    ...text('messageId', found.MessageID),
    ...text('action', found.Action),
    ...text('to', found.To),
    ...text('relatesTo', found.RelatesTo),
    ...reference('replyTo', found.ReplyTo),
    ...reference('faultTo', found.FaultTo),
  }
}

function text<K extends string>(name: K, element: Element | undefined): Partial<Record<K, string>> {
  const value = element && textOf(element)
  return value ? ({ [name]: value } as Partial<Record<K, string>>) : {}
}

function reference<K extends string>(name: K, element: Element | undefined): Partial<Record<K, EndpointReference>> {
  if (!element) return {}
  const { ns } = element
  const address = childOf(element, ns, 'Address')
  if (!address) throw invalid(ns, 'InvalidAddressingHeader', `wsa:${element.local} has no Address`)
  const lists = ['ReferenceParameters', 'ReferenceProperties'].map(local => childOf(element, ns, local))
  const endpoint: EndpointReference = { address: textOf(address), parameters: lists.flatMap(list => (list ? elementsOf(list) : [])) }
  return { [name]: endpoint } as Partial<Record<K, EndpointReference>>
}

/** The fault for addressing that cannot be followed (WS-Addressing SOAP Binding, 6.4). */
export function invalid(ns: string, subcode: string, detail: string): GatewayError {
  return faultError('BAD_REQUEST', detail, { kind: 'Client', subcode: { ns, local: subcode }, ofHeader: true })
}

/** Whether answers to it go back on the connection. */
export function isAnonymous({ address }: EndpointReference): boolean {
  return address === '' || address === `${ADDRESSING}/anonymous` || address === `${ADDRESSING_2004}/role/anonymous`
}

/** Whether nobody wants answers to it. */
export function isNone({ address }: EndpointReference): boolean {
  return address === `${ADDRESSING}/none`
}

/** What a message that is sent says of itself. */
export interface AddressingOut {
  readonly ns: string
  readonly messageId: string
  readonly action: string
  readonly to?: string
  readonly replyTo?: string
  readonly relatesTo?: string
  /** Of the endpoint that it goes to. */
  readonly parameters?: readonly Element[]
  /** Action and To must be understood. */
  readonly must?: boolean
}

/** Header blocks of WS-Addressing for `writeEnvelope`. */
export function writeAddressing(version: SoapVersion, out: AddressingOut): string {
  const must = out.must ? mustUnderstand(version) : ''
  const parameters = (out.parameters ?? []).map(element => elementXml(element, out.ns === ADDRESSING ? isParameter(element) : ''))
  return [
    block(out.ns, 'Action', out.action, must),
    block(out.ns, 'MessageID', out.messageId),
    out.relatesTo === undefined ? '' : block(out.ns, 'RelatesTo', out.relatesTo),
    out.to === undefined ? '' : block(out.ns, 'To', out.to, must),
    out.replyTo === undefined
      ? ''
      : `<wsa:ReplyTo xmlns:wsa="${out.ns}"><wsa:Address>${escapeText(out.replyTo)}</wsa:Address></wsa:ReplyTo>`,
    ...parameters,
  ].join('')
}

function isParameter(element: Element): string {
  if (attributeOf(element, ADDRESSING, 'IsReferenceParameter') !== undefined) return ''
  return ` xmlns:waybill-wsa="${escapeAttribute(ADDRESSING)}" waybill-wsa:IsReferenceParameter="true"`
}

function block(ns: string, local: string, value: string, must = ''): string {
  return `<wsa:${local} xmlns:wsa="${ns}"${must}>${escapeText(value)}</wsa:${local}>`
}

/** The action of a fault in that version of WS-Addressing. */
export function faultAction(ns: string): string {
  return ns === ADDRESSING ? `${ADDRESSING}/soap/fault` : `${ADDRESSING_2004}/fault`
}
