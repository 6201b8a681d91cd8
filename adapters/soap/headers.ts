import type { GatewayError } from '../../gateway/errors.ts'
import { clark } from '../../transformers/xml/events.ts'
import { faultError } from './condition.ts'
import { attributeOf, type Element, escapeAttribute } from './element.ts'
import { ENVELOPES, versionOf } from './versions.ts'

/** A header block (SOAP 1.1, 4.2; SOAP 1.2 part 1, 5.2). */
export interface HeaderBlock {
  readonly element: Element
  readonly mustUnderstand: boolean
  /** Of the actor or role; '' for the ultimate receiver. */
  readonly role: string
}

/** The block that an element is in an envelope of that namespace. */
export function blockOf(element: Element, ns: string): HeaderBlock {
  const must = attributeOf(element, ns, 'mustUnderstand')?.trim()
  const role = attributeOf(element, ns, versionOf(ns) === '1.1' ? 'actor' : 'role')?.trim() ?? ''
  return { element, mustUnderstand: must === '1' || must === 'true', role }
}

const NEXT = ['http://schemas.xmlsoap.org/soap/actor/next', `${ENVELOPES['1.2']}/role/next`]
const ULTIMATE = `${ENVELOPES['1.2']}/role/ultimateReceiver`

/** Whether a block is meant for a node that plays these roles, beside those that every receiver plays. */
export function isMeant({ role }: HeaderBlock, roles: readonly string[]): boolean {
  return role === '' || role === ULTIMATE || NEXT.includes(role) || roles.includes(role)
}

/** The fault for blocks that must be understood and are not: with NotUnderstood in 1.2 (5.4.8). */
export function notUnderstood(blocks: readonly HeaderBlock[]): GatewayError {
  const names = blocks.map(({ element }) => clark(element).slice(0, 300))
  return faultError('BAD_REQUEST', `header blocks with mustUnderstand are not understood here: ${names.join(', ')}`, {
    kind: 'MustUnderstand',
    ofHeader: true,
    headers: version => (version === '1.1' ? '' : blocks.map(({ element }) => notUnderstoodHeader(element)).join('')),
  })
}

function notUnderstoodHeader({ ns, local }: Element): string {
  const declaration = ns === '' ? '' : ` xmlns:h="${escapeAttribute(ns)}"`
  return `<e:NotUnderstood xmlns:e="${ENVELOPES['1.2']}" qname="${ns === '' ? '' : 'h:'}${escapeAttribute(local)}"${declaration}/>`
}
