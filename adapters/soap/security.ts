import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { GatewayError } from '../../gateway/errors.ts'
import { faultError } from './condition.ts'
import { attributeOf, childOf, type Element, elementsOf, escapeText, textOf } from './element.ts'
import { mustUnderstand } from './envelope-writer.ts'
import type { HeaderBlock } from './headers.ts'
import type { SoapVersion } from './wsdl/model.ts'

// OASIS Web Services Security: SOAP Message Security 1.1 and UsernameToken Profile 1.1.
const BASE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-'
export const WSSE = `${BASE}wssecurity-secext-1.0.xsd`
export const WSU = `${BASE}wssecurity-utility-1.0.xsd`
const PROFILE = `${BASE}username-token-profile-1.0`
const BASE64 = `${BASE}soap-message-security-1.0#Base64Binary`

/** Whom a UsernameToken lets in, and how. */
export interface TokenOptions {
  /** Names to passwords. */
  readonly users: Readonly<Record<string, string>>
  /** Only a digest is taken: never a password in clear. */
  readonly digest: boolean
  /** How old a Created or Timestamp may be, and how far ahead of this clock. */
  readonly maxAgeMs: number
}

/** Who sent a message, by its UsernameToken. */
export interface TokenUser {
  readonly name: string
  /** Good once: whoever comes with it again until then is refused. */
  readonly nonce?: { readonly value: string; readonly untilMs: number }
}

/** Throws wsse:FailedAuthentication, wsse:InvalidSecurity or wsse:MessageExpired. */
export type TokenCheck = (blocks: readonly HeaderBlock[], now: number) => TokenUser

/** Whether a header block is WS-Security's. */
export function isSecurity({ element: { ns, local } }: HeaderBlock): boolean {
  return ns === WSSE && local === 'Security'
}

/** Checks tokens; whether a nonce was used before is for the caller to ask. */
export function createTokenCheck(options: TokenOptions): TokenCheck {
  return (blocks, now) => {
    const security = blocks.find(isSecurity)?.element
    const token = security && childOf(security, WSSE, 'UsernameToken')
    if (!security || !token) throw denied('InvalidSecurity', 'this source needs a wsse:UsernameToken in a wsse:Security header block')
    checkTimestamp(security, options, now)
    return checkToken(token, options, now)
  }
}

function checkToken(token: Element, options: TokenOptions, now: number): TokenUser {
  const [name = '', given = ''] = ['Username', 'Password'].map(local => read(token, WSSE, local))
  const password = Object.hasOwn(options.users, name) ? options.users[name] : undefined
  const type = attributeOf(childOf(token, WSSE, 'Password') ?? token, '', 'Type') ?? `${PROFILE}#PasswordText`
  const created = read(token, WSU, 'Created')
  const nonce = read(token, WSSE, 'Nonce')
  if (created !== '') checkAge(created, options, now)
  if (type === `${PROFILE}#PasswordDigest`) {
    if (nonce === '' || created === '') throw denied('InvalidSecurity', 'a PasswordDigest needs wsse:Nonce and wsu:Created')
    if (!isSame(given, passwordDigest(nonce, created, password ?? '')) || password === undefined) throw failed()
  } else if (options.digest) throw denied('InvalidSecurity', 'this source takes a PasswordDigest only')
  else if (!isSame(given, password ?? '') || password === undefined) throw failed()
  // A message may be as far ahead of this clock as two clocks may differ.
  return nonce === '' ? { name } : { name, nonce: { value: nonce, untilMs: now + options.maxAgeMs + SKEW_MS } }
}

/** What a nonce that was used before is refused with. */
export function usedNonce(): GatewayError {
  return denied('FailedAuthentication', 'the nonce was used before')
}

function read(parent: Element, ns: string, local: string): string {
  const element = childOf(parent, ns, local)
  return element ? textOf(element) : ''
}

/** Base64 of the SHA-1 of nonce, created and password (UsernameToken Profile 1.1, 3.1). */
export function passwordDigest(nonceBase64: string, created: string, password: string): string {
  return createHash('sha1').update(Buffer.from(nonceBase64, 'base64')).update(created).update(password).digest('base64')
}

// By their hashes: the time says nothing about length or content.
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash(a), hash(b))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function checkTimestamp(security: Element, options: TokenOptions, now: number): void {
  const stamps = elementsOf(security).filter(({ ns, local }) => ns === WSU && local === 'Timestamp')
  const [stamp] = stamps
  if (stamps.length > 1) throw denied('InvalidSecurity', 'there are two wsu:Timestamps')
  if (!stamp) return
  const expires = read(stamp, WSU, 'Expires')
  const created = read(stamp, WSU, 'Created')
  if (expires !== '' && timeOf(expires) + SKEW_MS < now) throw expired(`the message expired at ${expires.slice(0, 40)}`)
  if (created !== '') checkAge(created, options, now)
}

/** How far two clocks may differ. */
const SKEW_MS = 60_000

function checkAge(created: string, { maxAgeMs }: TokenOptions, now: number): void {
  const at = timeOf(created)
  if (at + maxAgeMs < now) throw expired(`it was created at ${created.slice(0, 40)}, which is more than ${maxAgeMs / 1_000} s ago`)
  if (at > now + Math.min(SKEW_MS, maxAgeMs)) throw expired(`it was created at ${created.slice(0, 40)}, which is in the future`)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?$/

function timeOf(text: string): number {
  const at = TIME.test(text) ? Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`) : Number.NaN
  if (Number.isNaN(at)) throw denied('InvalidSecurity', `"${text.slice(0, 40)}" is no date and time`)
  return at
}

function failed(): GatewayError {
  return denied('FailedAuthentication', 'name and password do not fit')
}

function expired(text: string): GatewayError {
  return faultError('UNAUTHORIZED', text, { kind: 'Client', subcode: { ns: WSU, local: 'MessageExpired' }, ofHeader: true })
}

function denied(local: string, text: string): GatewayError {
  return faultError('UNAUTHORIZED', text, { kind: 'Client', subcode: { ns: WSSE, local }, ofHeader: true })
}

/** What a UsernameToken that is sent says. */
export interface TokenOut {
  readonly username: string
  readonly password: string
  readonly digest: boolean
  /** A wsu:Timestamp beside it that is good for so long. */
  readonly timestampMs?: number
}

/** The Security header block for `writeEnvelope`; a new nonce each time. */
export function writeToken(version: SoapVersion, { username, password, digest, timestampMs }: TokenOut, now: number): string {
  const created = new Date(now).toISOString()
  const nonce = randomBytes(16).toString('base64')
  const secret = digest ? passwordDigest(nonce, created, password) : escapeText(password)
  const stamp = timestampMs === undefined ? '' : timestamp(created, new Date(now + timestampMs).toISOString())
  const type = `${PROFILE}#Password${digest ? 'Digest' : 'Text'}`
  const more = `<wsse:Nonce EncodingType="${BASE64}">${nonce}</wsse:Nonce><wsu:Created>${created}</wsu:Created>`
  const token = `<wsse:UsernameToken><wsse:Username>${escapeText(username)}</wsse:Username><wsse:Password Type="${type}">${secret}</wsse:Password>${more}</wsse:UsernameToken>`
  return `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"${mustUnderstand(version)}>${stamp}${token}</wsse:Security>`
}

function timestamp(created: string, expires: string): string {
  return `<wsu:Timestamp><wsu:Created>${created}</wsu:Created><wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>`
}
