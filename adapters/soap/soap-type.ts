import type { IncomingHttpHeaders } from 'node:http'
import { GatewayError } from '../../gateway/errors.ts'
import { readMediaType } from './attachments.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** What the content type of a request says. */
export interface SoapType {
  readonly contentType: string
  /** The version that goes with it; undefined where it leaves that open. */
  readonly version: SoapVersion | undefined
  /** The action of SOAP 1.2 (RFC 3902). */
  readonly action: string | undefined
}

const VERSIONS: Readonly<Record<string, SoapVersion>> = { 'text/xml': '1.1', 'application/soap+xml': '1.2' }
const TAKEN = 'text/xml (SOAP 1.1), application/soap+xml (SOAP 1.2), multipart/related with one of them'

const known = new Map<string, SoapType>()
const MAX_KNOWN = 100

/** Reads the content type of a request; throws UNSUPPORTED_TYPE for one that no SOAP binding has. */
export function soapTypeOf({ 'content-type': given }: IncomingHttpHeaders): SoapType {
  const cached = known.get(given ?? '')
  if (cached) return cached
  const type = readSoapType(given)
  if (known.size < MAX_KNOWN && type.contentType.length < 200) known.set(type.contentType, type)
  return type
}

function readSoapType(given: string | undefined): SoapType {
  if (given === undefined) throw new GatewayError('UNSUPPORTED_TYPE', `there is no Content-Type; allowed: ${TAKEN}`)
  const { name, parameters } = readMediaType(given)
  const action = parameters.get('action')
  if (Object.hasOwn(VERSIONS, name)) return { contentType: given, version: VERSIONS[name], action }
  if (name !== 'multipart/related') throw unsupported(given)
  const inner = readMediaType(parameters.get('type') ?? '').name
  const root = inner === 'application/xop+xml' ? readMediaType(parameters.get('start-info') ?? '').name : inner
  if (root !== '' && !Object.hasOwn(VERSIONS, root)) throw unsupported(given)
  return { contentType: given, version: VERSIONS[root], action }
}

function unsupported(given: string): GatewayError {
  return new GatewayError('UNSUPPORTED_TYPE', `Content-Type "${given.slice(0, 200)}" is not taken; allowed: ${TAKEN}`)
}

/** Throws where the envelope is of another version than its content type. */
export function requireSameVersion({ contentType, version }: SoapType, found: SoapVersion): void {
  if (version === undefined || version === found) return
  throw new GatewayError(
    'UNSUPPORTED_TYPE',
    `Content-Type "${contentType.slice(0, 200)}" is that of SOAP ${version}, but the envelope is of ${found}`,
  )
}

/** The action that HTTP names: SOAPAction of 1.1 without its quotes, or the content type's. */
export function httpActionOf({ action, version }: SoapType, { soapaction }: IncomingHttpHeaders): string | undefined {
  if (version === '1.2') return action
  return typeof soapaction === 'string' ? soapaction.trim().replace(/^"(.*)"$/, '$1') : action
}
