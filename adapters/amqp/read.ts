import type { ConsumeMessage, MessageProperties } from 'amqplib/callback_api'
import { DEADLINE, readDeadline } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Message, Meta } from '../../gateway/message.ts'
import { newId } from '../../gateway/message.ts'
import { readHeaders } from './headers.ts'

/** What is the same for all messages of a source. */
export interface Origin {
  readonly route: string
  readonly sourceIndex: number
  readonly source: string
  readonly client?: string
  /** `amqp:orders:`, before the message-id. */
  readonly identityPrefix: string
  /** Of messages that do not name theirs. */
  readonly contentType: string
  /** The body is text in UTF-8, or says itself what it is in; no other encoding can be read. */
  readonly readable: boolean
  readonly maxBodyBytes: number
}

const PRINTABLE = /^[\x20-\x7e]{1,128}$/
/** W3C Trace Context, section 3.2. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/
const PLAIN_ENCODING = /^(?:|identity|utf-?8|us-ascii|binary|8bit|7bit)$/i
const NO_META: Meta = {}

/** The message that an AMQP delivery brings; whatever its properties hold, this does not throw. */
export function readMessage({ content, fields, properties }: ConsumeMessage, origin: Origin): Message {
  const { messageId, type } = properties
  const traceparent = properties.headers?.traceparent
  return {
    id: newId(),
    route: origin.route,
    sourceIndex: origin.sourceIndex,
    source: origin.source,
    ...(origin.client !== undefined && { client: origin.client }),
    ...(isText(messageId) && { identity: `${origin.identityPrefix}${messageId}` }),
    ...(fields.redelivered && { redelivered: true }),
    correlationId: correlation(properties),
    ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) && { traceparent }),
    contentType: isText(properties.contentType) ? properties.contentType : origin.contentType,
    headers: readHeaders(properties.headers),
    meta: isText(type) ? { operation: type } : NO_META,
    body: content,
    receivedAt: Date.now(),
    ...readDeadline(properties.headers?.[DEADLINE]),
  }
}

/** What makes a message unfit before anybody reads its body. */
export function unfit({ content, properties }: ConsumeMessage, { maxBodyBytes, readable }: Origin): GatewayError | undefined {
  if (content.length > maxBodyBytes) {
    return new GatewayError('TOO_LARGE', `the body has ${content.length} bytes; this source takes up to ${maxBodyBytes}`)
  }
  const encoding: unknown = properties.contentEncoding
  if (!readable || !isText(encoding) || PLAIN_ENCODING.test(encoding)) return undefined
  return new GatewayError(
    'UNSUPPORTED_TYPE',
    `the content-encoding ${JSON.stringify(encoding)} is not taken; send the body as it is, in UTF-8`,
  )
}

function correlation({ correlationId }: MessageProperties): string {
  return typeof correlationId === 'string' && PRINTABLE.test(correlationId) ? correlationId : newId()
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
