import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery } from '../../gateway/ports.ts'
import { ADDRESSING, writeAddressing } from './addressing.ts'
import { createHeaderTexts, type HeaderTexts } from './header-texts.ts'
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
  const declared = headerTextsOf(target)
  if (declared && declared.names.length > 0) parts.push(({ headers }) => declared.write(headers))
  return delivery => parts.reduce((blocks, part) => blocks + part(delivery), '') + fixed
}

function addressingOf({ version, action, url }: SoapTarget, delivery: Delivery): string {
  const messageId = `urn:uuid:${idempotencyKey(delivery)}`
  return writeAddressing(version, { ns: ADDRESSING, messageId, action: action.addressing, to: url, replyTo: ANONYMOUS })
}

/** Header blocks that the WSDL declares for the request. */
export function headerTextsOf({ described }: SoapTarget): HeaderTexts | undefined {
  return described && createHeaderTexts(described.operation.input.headers, createWsdlCodecs(described.wsdl))
}
