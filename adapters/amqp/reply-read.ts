import type { ConsumeMessage } from 'amqplib/callback_api'
import { type ErrorCode, errors, GatewayError } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'
import { readHeaders } from './headers.ts'
import type { ReplyOptions } from './options.ts'
import { STATUS } from './reply.ts'

/** A target's answer; `error` where it is a refusal. */
export interface ReadReply {
  readonly answer: Answer
  readonly error?: GatewayError
}

/** What a reply says, by the terms of its system: an answer, or with the error header a refusal (transient where its code is that of a transient fault of ours). */
export function readReply({ content, properties }: ConsumeMessage, target: string, options: ReplyOptions): ReadReply {
  const table = properties.headers ?? {}
  const code: unknown = table[options.errorHeader]
  const contentType: unknown = properties.contentType
  const failed = code !== undefined && code !== null && code !== false
  const answer: Answer = {
    status: statusOf(table[STATUS], failed ? statusBy(String(code)) : 200),
    headers: readHeaders(table),
    contentType: typeof contentType === 'string' && contentType !== '' ? contentType : 'application/json',
    body: content.length > options.maxReplyBytes ? content.subarray(0, 0) : content,
  }
  if (content.length > options.maxReplyBytes) {
    const detail = `${target} answered with ${content.length} bytes; up to ${options.maxReplyBytes} are read (maxReply)`
    return { answer, error: new GatewayError('BAD_REPLY', detail, { answer }) }
  }
  return failed ? refused(target, String(code).slice(0, 100), answer) : { answer }
}

/** The header's value is the fault's name, as a SOAP fault has one: `faults` and `settle` tell them alike. */
function refused(target: string, code: string, plain: Answer): ReadReply {
  const transient = isCode(code) && !errors[code].permanent
  const answer: Answer = { ...plain, fault: { code: transient ? 'Server' : 'Client', name: code, text: code } }
  const said = answer.body.length > 0 ? `: ${Buffer.from(answer.body.subarray(0, 500)).toString()}` : ''
  const detail = `${target} answered ${JSON.stringify(code)}${said}`
  return { answer, error: new GatewayError(transient ? 'TARGET_UNAVAILABLE' : 'TARGET_REFUSED', detail, { answer }) }
}

function statusBy(code: string): number {
  return isCode(code) ? errors[code].status : 502
}

function statusOf(given: unknown, otherwise: number): number {
  const status = typeof given === 'string' || typeof given === 'number' ? Number(given) : Number.NaN
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : otherwise
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code)
}
