import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { GatewayError } from '../../gateway/errors.ts'
import type { Answer, Headers } from '../../gateway/message.ts'
import { decodeXml } from '../../transformers/xml/decode.ts'
import { answerFault, excerpt } from '../rest/settlement.ts'
import { type Cut, cutEnvelope } from './answer-envelope.ts'
import { attachedMembers, writeMembers } from './attached.ts'
import { isPackage, type Package, readPackage } from './attachments.ts'
import { literalPayload } from './encoded-out.ts'
import { blocksOf } from './envelope.ts'
import type { HeaderTexts } from './header-texts.ts'
import { type FaultContext, faultIn } from './settlement.ts'
import { ENVELOPES } from './versions.ts'
import type { WsdlAttachment } from './wsdl/model.ts'
import { includeParts } from './xop.ts'

/** What reading an answer needs to know of the target. */
export interface AnswerContext extends FaultContext {
  readonly maxReplyBytes: number
  /** Nobody waits for a body. */
  readonly oneWay: boolean
  /** Its messages are encoded (SOAP 1.1, section 5). */
  readonly encoded: boolean
  /** Parts of its answers that travel beside the envelope. */
  readonly attachments?: readonly WsdlAttachment[]
  /** Header blocks that its answers declare; absent: none. */
  readonly headers?: HeaderTexts
}

/** An answer as HTTP brought it. */
export interface RawAnswer {
  readonly answer: Answer
  /** False: its end was too much, and is missing. */
  readonly whole: boolean
}

/** The answer with the payload of its envelope as body; throws what a fault or a status means, and BAD_REPLY for a good status with what is no envelope. */
export function readAnswer(raw: RawAnswer, context: AnswerContext): Answer | Promise<Answer> {
  const encoding = raw.answer.headers['content-encoding'] ?? 'identity'
  return encoding === 'identity'
    ? settledAnswer(raw, context)
    : unpacked(raw, encoding, context).then(plain => settledAnswer(plain, context))
}

const UNPACK: Readonly<Record<string, typeof gunzip>> = { gzip: gunzip, 'x-gzip': gunzip, deflate: inflate }

async function unpacked({ answer, whole }: RawAnswer, encoding: string, { maxReplyBytes, ...context }: AnswerContext): Promise<RawAnswer> {
  const unpack = UNPACK[encoding.trim().toLowerCase()]
  if (answer.body.length === 0) return { answer, whole }
  try {
    if (!unpack || !whole) throw new Error(unpack ? 'it is larger than maxReply' : `its encoding "${encoding}" is not known`)
    return {
      answer: { ...answer, body: await promisify<Uint8Array, object, Buffer>(unpack)(answer.body, { maxOutputLength: maxReplyBytes }) },
      whole,
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw unusable(answer, `whose body cannot be unpacked (${why})`, context.name, cause)
  }
}

/** The same for one that is not compressed. */
export function settledAnswer({ answer, whole }: RawAnswer, context: AnswerContext): Answer {
  const { status, body } = answer
  if (body.length === 0) return bodyless(answer, context)
  const cut = read(answer, whole, context)
  if (cut instanceof GatewayError) {
    if (status < 300 && context.oneWay) return answer
    throw cut
  }
  if (isFault(cut)) throw faultOf(answer, cut, context)
  if (status >= 300) throw answerFault(answer, context.name)
  const headers = cut.headers ? { ...answer.headers, ...cut.headers } : answer.headers
  return { ...answer, headers, contentType: cut.payload === '' ? '' : 'application/xml', body: Buffer.from(cut.payload) }
}

interface Opened extends Cut {
  readonly headers?: Headers
}

function read(answer: Answer, whole: boolean, context: AnswerContext): Opened | GatewayError {
  try {
    const cut = cutOf(answer, whole, context)
    if (cut) return cut
  } catch (cause) {
    const why = cause instanceof GatewayError ? cause.detail : String(cause)
    return unusable(answer, `with what cannot be read: ${why}`, context.name, cause)
  }
  return unusable(answer, `with what is no SOAP envelope${whole ? '' : ' up to maxReply'}${excerpt(answer)}`, context.name)
}

function bodyless(answer: Answer, { name }: AnswerContext): Answer {
  if (answer.status < 300) return { ...answer, contentType: '' }
  throw answerFault(answer, name)
}

/** By its status, as in REST; a good status says yes to something that was not asked. */
function unusable(answer: Answer, what: string, name: string, cause?: unknown): GatewayError {
  if (answer.status >= 300) return answerFault(answer, name)
  const kept = { ...answer, body: answer.body.subarray(0, 4_096) }
  return new GatewayError('BAD_REPLY', `${name} answered ${answer.status} ${what}`, { answer: kept, cause })
}

function isFault({ root, version }: Cut): boolean {
  return root?.local === 'Fault' && root.ns === ENVELOPES[version]
}

function faultOf(answer: Answer, { payload }: Cut, context: AnswerContext): GatewayError {
  try {
    const error = faultIn(answer, payload, context)
    if (error) return error
  } catch (cause) {
    return unusable(answer, 'with a fault that cannot be read', context.name, cause)
  }
  return unusable(answer, 'with a fault that is none', context.name)
}

function cutOf({ body, contentType }: Answer, whole: boolean, context: AnswerContext): Opened | undefined {
  if (!isPackage(contentType)) return cutText(decodeXml(whole ? body : inWhole(body), contentType), whole, context)
  const parts: Package = readPackage(contentType, body)
  const cut = cutText(decodeXml(parts.root.body, parts.root.contentType), true, context)
  if (!cut) return undefined
  const { members } = attachedMembers(context.attachments ?? [], parts.attachments)
  return { ...cut, payload: includeParts(cut.payload, parts, context.maxReplyBytes) + writeMembers(members) }
}

function cutText(text: string, whole: boolean, { encoded, headers }: AnswerContext): Opened | undefined {
  const cut = cutEnvelope(text, whole)
  if (!cut?.root || !whole || isFault(cut)) return cut
  return { ...cut, ...(encoded && { payload: literalPayload(text) }), ...(headers && { headers: readHeaders(text, headers) }) }
}

/** A block that does not fit is left out: the target has said yes all the same. */
function readHeaders(text: string, headers: HeaderTexts): Headers {
  const blocks = blocksOf(text)
  return blocks.length === 0 ? {} : headers.read(blocks, () => {})
}

/** Without the last character of UTF-8, which may have been cut. */
function inWhole(body: Uint8Array): Uint8Array {
  let end = body.length - 1
  while (end > body.length - 4 && ((body[end] ?? 0) & 0xc0) === 0x80) end--
  return body.subarray(0, Math.max(0, end))
}
