import { attribute, childElements, type XmlElement } from '../../../transformers/xml/document.ts'
import { clark, XML } from '../../../transformers/xml/events.ts'
import { ADDRESSING_METADATA, MTOM_ASSERTIONS, POLICY, SECURITY_POLICY, SECURITY_UTILITY, WSDL } from './names.ts'
import { type Report, rootOf } from './report.ts'

/** What the policies of a part of a WSDL ask for. */
export interface Demands {
  readonly addressing: boolean
  readonly mtom: boolean
}

/** Reads WS-Policy and wsaw:UsingAddressing where they are attached to these parts of a WSDL; what else they ask of messages goes to the report. */
export type Policies = (parts: readonly (XmlElement | undefined)[]) => Demands

const NO_ELEMENTS: readonly XmlElement[] = []

/** Assertions that ask nothing of a message that the gateway would not do, or that the config decides. */
const FINE = new Set(
  SECURITY_POLICY.flatMap(ns =>
    [
      'TransportBinding',
      'SupportingTokens',
      'SignedSupportingTokens',
      'SignedEncryptedSupportingTokens',
      'Wss10',
      'Wss11',
      'Trust10',
      'Trust13',
    ].map(local => clark({ ns, local })),
  ),
)
const ADDRESSING = new Set(ADDRESSING_METADATA.flatMap(ns => ['Addressing', 'UsingAddressing'].map(local => clark({ ns, local }))))
const MTOM = new Set(MTOM_ASSERTIONS)

/** Policies of the documents whose elements it is asked about; each assertion is reported once. */
export function createPolicies(report: Report): Policies {
  const told = new Set<XmlElement>()
  const attachedTo = new Map<XmlElement, readonly XmlElement[]>()
  const known = new Map<XmlElement, readonly XmlElement[]>()

  return parts => {
    const assertions = parts.flatMap(part => (part ? assertionsAt(part) : NO_ELEMENTS))
    for (const assertion of assertions) tell(assertion)
    const asks = (names: ReadonlySet<string>) => assertions.some(assertion => names.has(clark(assertion)))
    return { addressing: asks(ADDRESSING), mtom: asks(MTOM) }
  }

  function assertionsAt(part: XmlElement): readonly XmlElement[] {
    const ready = attachedTo.get(part)
    if (ready) return ready
    const found = attached(part, report).flatMap(policy => required(policy, report, known))
    const using = childElements(part).filter(child => ADDRESSING.has(clark(child)))
    const all = [...found, ...using]
    attachedTo.set(part, all)
    return all
  }

  function tell(assertion: XmlElement): void {
    if (told.has(assertion)) return
    told.add(assertion)
    const name = clark(assertion)
    if (ADDRESSING.has(name) || MTOM.has(name)) return
    if (!FINE.has(name)) report.leave(assertion, `the policy asks for ${assertion.local} (${assertion.ns}), which is not done`)
    else
      for (const token of otherTokens(assertion)) report.leave(token, `the policy asks for a ${token.local}; only a UsernameToken is sent`)
  }
}

/** The policies inside a part, by reference (WS-Policy Attachment, section 4) or as they are. */
function attached(part: XmlElement, report: Report): XmlElement[] {
  const uris = POLICY.flatMap(ns => (attribute(part, 'PolicyURIs', ns) ?? '').split(/\s+/)).filter(uri => uri !== '')
  const named = uris.flatMap(uri => policyAt(uri, part, report) ?? [])
  const within = childElements(part).filter(({ ns }) => POLICY.includes(ns))
  return [...named, ...within]
}

function policyAt(uri: string, from: XmlElement, report: Report): XmlElement | undefined {
  const root = rootOf(from)
  const found = uri.startsWith('#') ? policiesOf(root).get(uri.slice(1)) : undefined
  if (!found) report.leave(from, `the policy "${uri}" is not in this file, and what it asks for is not known`)
  return found
}

const byId = new WeakMap<XmlElement, ReadonlyMap<string, XmlElement>>()

/** A document's policies by their ids; they stand at its top, or in any part of it. */
function policiesOf(root: XmlElement): ReadonlyMap<string, XmlElement> {
  const ready = byId.get(root)
  if (ready) return ready
  const found = new Map<string, XmlElement>()
  const open = [root]
  for (let element = open.pop(); element; element = open.pop()) {
    const id = POLICY.includes(element.ns) ? (attribute(element, 'Id', SECURITY_UTILITY) ?? attribute(element, 'id', XML)) : undefined
    if (id !== undefined) found.set(id, element)
    if (element.local !== 'types' && element.local !== 'message') open.push(...childElements(element))
  }
  byId.set(root, found)
  return found
}

/** The assertions that hold whatever alternative is picked: all of `All`, of `ExactlyOne` those that every alternative has. `known`: of policies read before, empty for one that is being read, so that references may go round. */
function required(node: XmlElement, report: Report, known: Map<XmlElement, readonly XmlElement[]>): readonly XmlElement[] {
  if (!POLICY.includes(node.ns)) return isOptional(node) ? [] : [node]
  const ready = known.get(node)
  if (ready) return ready
  known.set(node, [])
  const found = assertionsIn(node, report, known)
  known.set(node, found)
  return found
}

function assertionsIn(node: XmlElement, report: Report, known: Map<XmlElement, readonly XmlElement[]>): readonly XmlElement[] {
  if (node.local === 'PolicyReference') {
    const target = policyAt(attribute(node, 'URI') ?? '', node, report)
    return target ? required(target, report, known) : []
  }
  const each = childElements(node).map(child => required(child, report, known))
  if (node.local !== 'ExactlyOne') return [...new Set(each.flat())]
  const [first = [], ...others] = each
  return first.filter(assertion => others.every(other => other.some(one => clark(one) === clark(assertion))))
}

function isOptional(assertion: XmlElement): boolean {
  return assertion.attributes.some(
    ({ ns, local, value }) => POLICY.includes(ns) && /^(?:optional|ignorable)$/i.test(local) && /^(?:true|1)$/.test(value.trim()),
  )
}

/** Tokens inside a supporting-tokens assertion that are not a UsernameToken. */
function otherTokens(assertion: XmlElement): readonly XmlElement[] {
  if (!assertion.local.endsWith('SupportingTokens')) return []
  const found: XmlElement[] = []
  const open = childElements(assertion)
  for (let element = open.pop(); element; element = open.pop()) {
    if (SECURITY_POLICY.includes(element.ns) && element.local.endsWith('Token') && element.local !== 'UsernameToken') found.push(element)
    else open.push(...childElements(element))
  }
  return found
}

/** Tells of extensions that a reader must understand (WSDL 1.1, section 2.1.3) and that the gateway does not. */
export function leaveRequired(part: XmlElement, report: Report): void {
  for (const child of childElements(part)) {
    const known = child.ns === WSDL || POLICY.includes(child.ns) || ADDRESSING.has(clark(child))
    if (!known && /^(?:true|1)$/.test(attribute(child, 'required', WSDL) ?? '')) {
      report.leave(child, `${child.local} (${child.ns}) must be understood, and is not`)
    }
  }
}
