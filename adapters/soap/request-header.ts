import { createHash, randomBytes } from 'node:crypto'
import { idempotencyKey } from '../../gateway/idempotency-key.ts'
import type { Delivery } from '../../gateway/ports.ts'
import { escapeText } from './element.ts'
import type { UsernameToken } from './system-options.ts'

const WSA = 'http://www.w3.org/2005/08/addressing'
const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss'
const TOKEN = `${WSS}-username-token-profile-1.0`
const VALID_MS = 300_000

/** The parts of an envelope's header, from a delivery. */
export type HeaderPart = (delivery: Delivery) => string

/** WS-Addressing 1.0 (W3C, 2005/08): a repeat of a delivery bears the same MessageID. */
export function addressingPart({ to, action }: { readonly to: string; readonly action: string }): HeaderPart {
  const before = `<wsa:MessageID xmlns:wsa="${WSA}">urn:uuid:`
  const after =
    `</wsa:MessageID><wsa:Action xmlns:wsa="${WSA}">${escapeText(action)}</wsa:Action><wsa:To xmlns:wsa="${WSA}">${escapeText(to)}</wsa:To>` +
    `<wsa:ReplyTo xmlns:wsa="${WSA}"><wsa:Address>${WSA}/anonymous</wsa:Address></wsa:ReplyTo>`
  return delivery => before + escapeText(idempotencyKey(delivery)) + after
}

/** WS-Security 1.0 (OASIS, 2004) UsernameToken, with the password as text or digest, and a Timestamp. */
export function securityPart(token: UsernameToken, now: () => number = Date.now): HeaderPart {
  const { username, password, timestamp } = token
  const open = `<wsse:Security soap:mustUnderstand="1" xmlns:wsse="${WSS}-wssecurity-secext-1.0.xsd" xmlns:wsu="${WSS}-wssecurity-utility-1.0.xsd">`
  const user = `<wsse:UsernameToken><wsse:Username>${escapeText(username)}</wsse:Username>`
  const text = `<wsse:Password Type="${TOKEN}#PasswordText">${escapeText(password)}</wsse:Password>`
  return () => {
    const at = now()
    const created = new Date(at).toISOString()
    const stamp = timestamp ? `<wsu:Timestamp>${createdOf(created)}<wsu:Expires>${new Date(at + VALID_MS).toISOString()}</wsu:Expires></wsu:Timestamp>` : ''
    return `${open}${stamp}${user}${token.digest ? digestOf(password, created) : text}</wsse:UsernameToken></wsse:Security>`
  }
}

function createdOf(created: string): string {
  return `<wsu:Created>${created}</wsu:Created>`
}

// UsernameToken Profile 1.0, 3.1: Base64(SHA-1(nonce + created + password)).
function digestOf(password: string, created: string): string {
  const nonce = randomBytes(16)
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  const encoding = `EncodingType="${WSS}-soap-message-security-1.0#Base64Binary"`
  return (
    `<wsse:Password Type="${TOKEN}#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce ${encoding}>${nonce.toString('base64')}</wsse:Nonce>${createdOf(created)}`
  )
}
