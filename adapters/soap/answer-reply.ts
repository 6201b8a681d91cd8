import { GatewayError } from '../../gateway/errors.ts'
import type { Answer, Headers } from '../../gateway/message.ts'
import { decodeXml } from '../../transformers/xml/decode.ts'
import { answerHeaders } from './addressed.ts'
import type { Addressing } from './addressing.ts'
import { cutAttached } from './attached.ts'
import { writePackage } from './attachments.ts'
import { writeEnvelope } from './envelope-writer.ts'
import { problemXml } from './fault.ts'
import type { ReadRequest } from './request.ts'
import { faultReply, type Reply, typeWithAction } from './respond.ts'
import { afterMisc } from './tags.ts'
import { CONTENT_TYPES } from './versions.ts'
import { excludeParts } from './xop.ts'

/** What an answer is written for. */
export interface Asked {
  /** The caller speaks MTOM: these elements of the answer may be parts of a package. */
  readonly parts: ReadonlySet<string> | undefined
  readonly request: ReadRequest
  readonly addressing: Addressing | undefined
}

/** base64 of this length or more becomes a part, for callers that speak MTOM. */
const PART_LENGTH = 2_048

/** An envelope around what the route's reply wrote, in the version of the request, with the headers that answer its, and with the declared blocks whose values there are. */
export function payloadReply({ request, addressing, parts }: Asked, payload: Uint8Array, values: Headers = {}): Reply {
  const { version, operation } = request
  const action = operation?.described.replyAction
  const answering = addressing ? answerHeaders(version, addressing, { action: action ?? `${addressing.action ?? ''}Response` }) : ''
  const headers = answering + (operation?.replyHeaders().write(values) ?? '')
  if (operation?.described.output?.attachments) {
    const { payload: bare, attached } = cutAttached(payload)
    const envelope = writeEnvelope(version, bare, headers)
    return { status: 200, ...writePackage({ envelope, contentType: CONTENT_TYPES[version], xop: false, attachments: attached }) }
  }
  const packed = parts && parts.size > 0 ? excludeParts(payload, { names: parts, from: PART_LENGTH }) : undefined
  if (!packed || packed.parts.length === 0) {
    return { status: 200, contentType: typeWithAction(version, action), body: writeEnvelope(version, payload, headers) }
  }
  const envelope = writeEnvelope(version, packed.payload, headers)
  return { status: 200, ...writePackage({ envelope, contentType: CONTENT_TYPES[version], xop: true, attachments: packed.parts }) }
}

/** The fault that a route's `faults` chose: with its detail, which the mapping wrote, or with the problem. */
export function declaredReply({ request: { version }, addressing }: Asked, { fault, contentType, body }: Answer): Reply {
  const kind = fault?.code.startsWith('Server') ? 'Server' : 'Client'
  const headers = addressing ? answerHeaders(version, addressing, { action: '', isFault: true }) : ''
  const detail = contentType.includes('json') ? problemDetail(body) : xmlDetail(body)
  return faultReply(version, {
    kind,
    text: fault?.text ?? '',
    ...(headers !== '' && { headers }),
    ...(detail !== undefined && { detail }),
  })
}

function problemDetail(body: Uint8Array): string | undefined {
  const members: unknown = JSON.parse(Buffer.from(body).toString())
  return typeof members === 'object' && members !== null ? problemXml({ ...members }) : undefined
}

function xmlDetail(body: Uint8Array): string {
  const text = decodeXml(body)
  return text.slice(afterMisc(text, 0))
}

/** What the target answered, envelope and all, as it is. */
export function rawReply({ status, contentType, body }: Answer): Reply {
  if (body.length === 0) return { status: 202, contentType: '', body }
  if (/xml|^multipart\/related/i.test(contentType)) return { status, contentType, body }
  throw new GatewayError(
    'BAD_REPLY',
    `the target answered with "${contentType.slice(0, 100)}", where the source is raw and hands envelopes on`,
  )
}
