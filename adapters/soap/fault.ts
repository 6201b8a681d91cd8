import type { Place } from '../../gateway/errors.ts'
import { type GatewayError, problem } from '../../gateway/errors.ts'
import type { XmlName } from '../../transformers/xml/events.ts'
import { conditionOf, type FaultKind } from './condition.ts'
import { attributeOf, childOf, type Element, elementsOf, escapeAttribute, escapeText, textOf } from './element.ts'
import { writeEnvelope } from './envelope-writer.ts'
import { ENVELOPES, versionOf } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** The namespace of what a fault of the gateway's own has as its detail. */
export const PROBLEM = 'urn:waybill:problem'

/** A fault to be written. */
export interface SoapFault {
  readonly kind: FaultKind
  readonly subcode?: XmlName
  readonly text: string
  /** The elements in its detail, as XML; absent: no detail at all. */
  readonly detail?: string
  /** Header blocks as XML. */
  readonly headers?: string
}

/** A fault's envelope (SOAP 1.1, 4.4; SOAP 1.2 part 1, 5.4). */
export function writeFault(version: SoapVersion, fault: SoapFault): Buffer {
  const body = version === '1.1' ? fault11(fault) : fault12(fault)
  return writeEnvelope(version, Buffer.from(body), fault.headers)
}

/** The HTTP status of a fault (SOAP 1.1, 6.2; SOAP 1.2 part 2, 7.5.2.2). */
export function faultStatus(version: SoapVersion, kind: FaultKind): number {
  return version === '1.2' && kind === 'Client' ? 400 : 500
}

function fault11({ kind, subcode, text, detail }: SoapFault): string {
  const code = subcode ? `<faultcode xmlns:f="${escapeAttribute(subcode.ns)}">f:${subcode.local}` : `<faultcode>soap:${kindIn11(kind)}`
  const more = detail === undefined ? '' : `<detail>${detail}</detail>`
  return `<soap:Fault>${code}</faultcode><faultstring>${escapeText(text)}</faultstring>${more}</soap:Fault>`
}

// SOAP 1.1 knows no DataEncodingUnknown.
function kindIn11(kind: FaultKind): string {
  return kind === 'DataEncodingUnknown' ? 'Client' : kind
}

const CODES_12: Readonly<Partial<Record<FaultKind, string>>> = { Client: 'Sender', Server: 'Receiver' }

function fault12({ kind, subcode, text, detail }: SoapFault): string {
  const sub = subcode
    ? `<soap:Subcode><soap:Value xmlns:f="${escapeAttribute(subcode.ns)}">f:${subcode.local}</soap:Value></soap:Subcode>`
    : ''
  const code = `<soap:Code><soap:Value>soap:${CODES_12[kind] ?? kind}</soap:Value>${sub}</soap:Code>`
  const reason = `<soap:Reason><soap:Text xml:lang="en">${escapeText(text)}</soap:Text></soap:Reason>`
  const more = detail === undefined ? '' : `<soap:Detail>${detail}</soap:Detail>`
  return `<soap:Fault>${code}${reason}${more}</soap:Fault>`
}

/** What a GatewayError is in SOAP: contracts.md, Errors. */
export function faultOf(version: SoapVersion, error: GatewayError, correlationId: string): SoapFault {
  const { kind, subcode, headers, ofHeader } = conditionOf(error)
  const members = problem(error, correlationId)
  const blocks = headers?.(version) ?? ''
  return {
    kind,
    text: String(members.detail),
    ...(subcode && { subcode }),
    ...(blocks !== '' && { headers: blocks }),
    ...(!(ofHeader && version === '1.1') && { detail: problemXml(members) }),
  }
}

/** problem+json's members as the element `problem` of urn:waybill:problem. */
export function problemXml({ errors, ...members }: Readonly<Record<string, unknown>>): string {
  const places = Array.isArray(errors) ? `<w:errors>${errors.map(placeXml).join('')}</w:errors>` : ''
  return `<w:problem xmlns:w="${PROBLEM}">${fields(members)}${places}</w:problem>`
}

function placeXml(place: Place): string {
  return `<w:error>${fields({ ...place })}</w:error>`
}

function fields(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => `<w:${name}>${escapeText(String(value))}</w:${name}>`)
    .join('')
}

/** A fault that was read. */
export interface ReadFault {
  /** Client or Server in both versions, with dots and the local names of subcodes as they came; else the code's local name. */
  readonly code: string
  /** The code's or innermost subcode's local name and namespace. */
  readonly subcode: XmlName
  readonly text: string
  /** Who says it: faultactor, or Role. */
  readonly role: string
  /** The elements in its detail. */
  readonly detail: readonly Element[]
}

/** The fault in a Fault element; undefined where the element is none. */
export function readFault(element: Element): ReadFault | undefined {
  if (element.local !== 'Fault') return undefined
  // Some write the parts of 1.2 into an envelope of 1.1.
  if (element.ns === ENVELOPES['1.1'] && !childOf(element, element.ns, 'Code')) return readFault11(element)
  return versionOf(element.ns) ? readFault12(element) : undefined
}

function readFault11(element: Element): ReadFault {
  const code = named(element, 'faultcode')
  const subcode = qname(code)
  const detail = named(element, 'detail')
  return {
    code: subcode.local,
    subcode,
    text: words(named(element, 'faultstring')),
    role: words(named(element, 'faultactor')),
    detail: detail ? elementsOf(detail) : [],
  }
}

// Many write them in the envelope's namespace, though the specification says without.
function named(element: Element, local: string): Element | undefined {
  return elementsOf(element).find(child => child.local === local)
}

const CODES_11: Readonly<Record<string, string>> = { Sender: 'Client', Receiver: 'Server' }

function readFault12(element: Element): ReadFault {
  const ns = element.ns
  const codes = codesOf(childOf(element, ns, 'Code'), ns)
  const [first = { ns: '', local: '' }, ...more] = codes
  const reason = childOf(element, ns, 'Reason')
  const texts = reason ? elementsOf(reason) : []
  const english = texts.find(text => attributeOf(text, 'http://www.w3.org/XML/1998/namespace', 'lang')?.startsWith('en'))
  const detail = childOf(element, ns, 'Detail')
  return {
    code: [CODES_11[first.local] ?? first.local, ...more.map(({ local }) => local)].join('.'),
    subcode: codes.at(-1) ?? first,
    text: words(english ?? texts[0]),
    role: words(childOf(element, ns, 'Role')),
    detail: detail ? elementsOf(detail) : [],
  }
}

const MAX_SUBCODES = 10

function codesOf(code: Element | undefined, ns: string): XmlName[] {
  const codes: XmlName[] = []
  for (let at = code; at && codes.length < MAX_SUBCODES; at = childOf(at, ns, 'Subcode')) codes.push(qname(childOf(at, ns, 'Value')))
  return codes
}

function words(element: Element | undefined): string {
  return element ? textOf(element) : ''
}

function qname(element: Element | undefined): XmlName {
  const text = words(element)
  const [local = '', prefix = ''] = text.split(':').reverse()
  return { ns: element?.declares[prefix] ?? '', local }
}
