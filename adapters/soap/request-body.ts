import { GatewayError } from '../../gateway/errors.ts'
import type { Delivery } from '../../gateway/ports.ts'
import { decodeXml } from '../../transformers/xml/decode.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { cutAttached } from './attached.ts'
import { writePackage } from './attachments.ts'
import { base64Names } from './base64-names.ts'
import { writeEnvelope } from './envelope-writer.ts'
import { createRequestBlocks } from './request-blocks.ts'
import { typeWithAction } from './respond.ts'
import type { SoapAuth } from './system-options.ts'
import { afterMisc } from './tags.ts'
import type { SoapTarget } from './target.ts'
import { CONTENT_TYPES } from './versions.ts'
import { excludeParts } from './xop.ts'

/** What bodies are made with beside the target. */
export interface BodyParts {
  readonly auth: SoapAuth | undefined
  readonly mtomFromBytes: number
}

/** What a request carries. */
export interface RequestBody {
  readonly contentType: string
  readonly body: Uint8Array
}

/** Makes the body of a delivery's request: its payload in an envelope, and where the target speaks MTOM in a package. Throws TARGET_REFUSED for a payload that is no XML. */
export function createRequestBody(target: SoapTarget, { auth, mtomFromBytes }: BodyParts): (delivery: Delivery) => RequestBody {
  const { version, action } = target
  const blocksOf = createRequestBlocks(target, auth)
  const names = namesOf(target)
  const plain = typeWithAction(version, action.http)
  if (target.described?.operation.input.attachments) return delivery => packageOf(target, payloadOf(delivery), blocksOf(delivery))
  if (!target.mtom) return delivery => ({ contentType: plain, body: writeEnvelope(version, payloadOf(delivery), blocksOf(delivery)) })
  const fixed = { contentType: CONTENT_TYPES[version], xop: true, ...(version === '1.2' && action.http !== '' && { action: action.http }) }
  return delivery => {
    const { payload, parts } = excludeParts(payloadOf(delivery), { from: mtomFromBytes, ...(names && { names }) })
    return writePackage({ ...fixed, envelope: writeEnvelope(version, payload, blocksOf(delivery)), attachments: parts })
  }
}

/** SOAP with Attachments, also where there are none: it is what the binding says. */
function packageOf({ version, action }: SoapTarget, bytes: Uint8Array, blocks: string): RequestBody {
  const { payload, attached } = cutAttached(bytes)
  const fixed = { contentType: CONTENT_TYPES[version], xop: false, ...(version === '1.2' && action.http !== '' && { action: action.http }) }
  return writePackage({ ...fixed, envelope: writeEnvelope(version, payload, blocks), attachments: attached })
}

function namesOf({ described, mtom }: SoapTarget): ReadonlySet<string> | undefined {
  if (!described || !mtom) return undefined
  const { wsdl, operation } = described
  return base64Names(
    operation.input.parts.map(part => part.element?.type ?? part.type).filter(type => type !== undefined),
    wsdl.schemas,
  )
}

const END = '</soap:Body'
const TAG = 0x3c
const LETTER = /[A-Za-z_\u0080-\uffff]/

/** The payload as it may stand in our envelope: what a format of the gateway wrote as it is, what a sender wrote without its prolog. */
function payloadOf({ body, contentType }: Delivery): Uint8Array {
  if (body.length === 0) return body
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const isPlain = bytes[0] === TAG && LETTER.test(String.fromCharCode(bytes[1] ?? 0)) && !/charset/i.test(contentType)
  // Whatever stands behind such an end tag would no longer be in the body.
  return isPlain && !bytes.includes(END) ? bytes : checked(bytes, contentType)
}

function checked(bytes: Buffer, contentType: string): Buffer {
  try {
    const text = decodeXml(bytes, contentType)
    readXml(text, SILENT)
    return Buffer.from(text.slice(afterMisc(text, 0)))
  } catch (cause) {
    const why = cause instanceof GatewayError ? cause.detail : String(cause)
    throw new GatewayError(
      'TARGET_REFUSED',
      `nothing was sent, since the body is no XML that could be the payload of an envelope: ${why}`,
      { cause },
    )
  }
}

const SILENT = { open() {}, text() {}, close() {} }
