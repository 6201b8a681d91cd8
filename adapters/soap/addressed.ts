import { newId } from '../../gateway/message.ts'
import { ADDRESSING, ADDRESSING_2004, type Addressing, faultAction, writeAddressing } from './addressing.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** What an answer is told by the headers of its request. */
export interface AnswerHeaders {
  readonly action: string
  /** The answer is a fault. */
  readonly isFault?: boolean
}

/** Header blocks of an answer to that message (WS-Addressing Core, 3.4). */
export function answerHeaders(version: SoapVersion, addressing: Addressing, { action, isFault = false }: AnswerHeaders): string {
  const { ns, messageId, replyTo, faultTo } = addressing
  const endpoint = (isFault ? faultTo : undefined) ?? replyTo
  const to = endpoint?.address || (ns === ADDRESSING_2004 ? `${ADDRESSING_2004}/role/anonymous` : `${ADDRESSING}/anonymous`)
  return writeAddressing(version, {
    ns,
    action: isFault ? faultAction(ns) : action,
    messageId: `urn:uuid:${newId()}`,
    to,
    ...(messageId !== undefined && { relatesTo: messageId }),
    ...(endpoint && { parameters: endpoint.parameters }),
  })
}
