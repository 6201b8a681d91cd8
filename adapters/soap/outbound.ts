import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { sendBound } from '../../gateway/deadline.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Answer, Headers } from '../../gateway/message.ts'
import type { Delivery, Outbound } from '../../gateway/ports.ts'
import { clark } from '../../transformers/xml/events.ts'
import type { AdapterContext, TargetOptions } from '../adapter.ts'
import { Call } from '../rest/call.ts'
import { abortedBy, groupOf } from '../rest/call-group.ts'
import { createPool } from '../rest/pool.ts'
import { createRequestHeaders } from '../rest/request-headers.ts'
import { type AnswerContext, type RawAnswer, readAnswer } from './answer.ts'
import { createHeaderTexts } from './header-texts.ts'
import { headerTextsOf } from './request-blocks.ts'
import { createRequestBody } from './request-body.ts'
import type { SoapAuth, SoapSystem } from './system-options.ts'
import { type SoapTarget, soapTarget } from './target.ts'
import { createWsdlCodecs } from './wsdl-codecs.ts'

const packed = promisify<Uint8Array, Buffer>(gzip)

/** Calls a SOAP operation: resolves with the payload of the answer's body; rejects with TARGET_REFUSED, TARGET_UNAVAILABLE, TARGET_TIMEOUT or BAD_REPLY, with fault and detail where there were some. */
export function createSoapOutbound({ name, options, auth, inFlight }: TargetOptions, { project }: AdapterContext): Outbound {
  const system = options as SoapSystem
  const target = soapTarget(system, { project, path: ['systems', name.split('.')[0] ?? name] })
  if (!target) throw new GatewayError('CONFIG_INVALID', `the system of ${name} has faults`)
  const { origin, pathname, search } = new URL(target.url)
  const bodyOf = createRequestBody(target, { auth: auth as SoapAuth | undefined, mtomFromBytes: system.mtomFromBytes })
  const headersOf = createRequestHeaders({ headers: fixedHeaders(system, target) }, auth as SoapAuth | undefined)
  const apart = without(headerTextsOf(target)?.names ?? [])
  const limits = { name, maxReplyBytes: system.maxReplyBytes }
  const context = answerContext(name, system, target)
  const pool = createPool(origin, system, { connections: inFlight, dir: project.dir })

  async function send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw abortedBy(signal)
    const { contentType, body } = bodyOf(delivery)
    const request = {
      method: 'POST' as const,
      path: pathname + search,
      headers: headersOf({ ...delivery, contentType, headers: apart(delivery.headers) }),
      body: system.gzip ? await packed(body) : body,
    }
    return readAnswer(await call(request, signal, sendBound(delivery, system.timeoutMs)), context)
  }

  function call(request: Dispatcher.DispatchOptions, signal: AbortSignal, withinMs: number): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer, whole: boolean) => resolve({ answer, whole })
      pool.dispatch(request, new Call(limits, { answered, reject }, groupOf(signal), withinMs))
    })
  }

  return { send, close: () => pool.close() }
}

/** What reading this target's answers needs to know. */
export function answerContext(
  name: string,
  { maxReplyBytes }: Pick<SoapSystem, 'maxReplyBytes'>,
  { described }: SoapTarget,
): AnswerContext {
  const declared = described?.operation.faults ?? []
  const headers = described?.operation.output?.headers ?? []
  const faults = new Map(declared.map(({ name: fault, element }) => [clark(element.name), fault]))
  const { output, use } = described?.operation ?? {}
  return {
    ...{ name, faults, maxReplyBytes, oneWay: described !== undefined && !output, encoded: use === 'encoded' },
    ...(output?.attachments && { attachments: output.attachments }),
    ...(described && headers.length > 0 && { headers: createHeaderTexts(headers, createWsdlCodecs(described.wsdl)) }),
  }
}

// What the project configures may not say another thing of the body than what it is.
function fixedHeaders({ headers = {}, gzip: packs }: SoapSystem, { version, action }: SoapTarget): Readonly<Record<string, string>> {
  const { 'content-type': _, ...own } = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    accept: 'text/xml, application/soap+xml, multipart/related',
    'accept-encoding': 'gzip',
    ...own,
    ...(version === '1.1' && { soapaction: `"${action.http}"` }),
    ...(packs && { 'content-encoding': 'gzip' }),
  }
}

/** Headers that went into the envelope do not go beside it. */
function without(names: readonly string[]): (headers: Headers) => Headers {
  if (names.length === 0) return headers => headers
  return headers => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
