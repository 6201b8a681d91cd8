import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery } from '../../gateway/ports.ts'
import { parseJson } from '../../transformers/json/codec.ts'
import type { ElementDeclaration } from '../../transformers/xsd/model.ts'
import { ADDRESSING, writeAddressing } from './addressing.ts'
import { escapeAttribute, escapeText } from './element.ts'
import { writeToken } from './security.ts'
import type { SoapAuth } from './system-options.ts'
import type { SoapTarget } from './target.ts'
import { createWsdlCodecs } from './wsdl-codecs.ts'

const ANONYMOUS = `${ADDRESSING}/anonymous`
const TIMESTAMP_MS = 300_000

/** Makes the header blocks of a delivery's envelope; '' where there are none. */
export type RequestBlocks = (delivery: Delivery) => string

/** The token, WS-Addressing, those that the project configures, and those of the WSDL whose values the delivery's headers have. A repeat of a delivery bears the same MessageID. */
export function createRequestBlocks(target: SoapTarget, auth: SoapAuth | undefined): RequestBlocks {
  const fixed = target.blocks.join('')
  const token = auth?.usernameToken
  const parts: RequestBlocks[] = []
  if (token) parts.push(() => writeToken(target.version, { ...token, ...(token.timestamp && { timestampMs: TIMESTAMP_MS }) }, Date.now()))
  if (target.addressing) parts.push(delivery => addressingOf(target, delivery))
  for (const element of headerElements(target)) parts.push(describedBlock(element, target))
  return delivery => parts.reduce((blocks, part) => blocks + part(delivery), '') + fixed
}

function addressingOf({ version, action, url }: SoapTarget, delivery: Delivery): string {
  const messageId = `urn:uuid:${idempotencyKey(delivery)}`
  return writeAddressing(version, { ns: ADDRESSING, messageId, action: action.addressing, to: url, replyTo: ANONYMOUS })
}

/** Header blocks that the WSDL declares for the request: their values are the delivery's headers by their local names, a text or, for structured ones, JSON. */
export function headerElements({ described }: SoapTarget): readonly ElementDeclaration[] {
  return described?.operation.input.headers.map(({ element }) => element).filter(element => element !== undefined) ?? []
}

function describedBlock(element: ElementDeclaration, { described }: SoapTarget): RequestBlocks {
  const { ns, local } = element.name
  const codec = described && !isText(element) ? createWsdlCodecs(described.wsdl)(element) : undefined
  const [open, close] = ns === '' ? [local, local] : [`h:${local} xmlns:h="${escapeAttribute(ns)}"`, `h:${local}`]
  return ({ headers }) => {
    const value = headers[local] ?? headers[local.toLowerCase()]
    if (value === undefined) return ''
    return codec ? codec.write(parseJson(Buffer.from(value)).value) : `<${open}>${escapeText(value)}</${close}>`
  }
}

function isText({ type }: ElementDeclaration): boolean {
  return type.kind === 'simple' || type.content.kind === 'simple'
}
