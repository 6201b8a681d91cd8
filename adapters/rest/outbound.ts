import type { Dispatcher } from 'undici'
import { sendBound } from '../../gateway/deadline.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery, Outbound, Streaming } from '../../gateway/ports.ts'
import type { AdapterContext, TargetOptions } from '../adapter.ts'
import { Call } from './call.ts'
import { abortedBy, groupOf } from './call-group.ts'
import { createPool } from './pool.ts'
import { createRequestHeaders } from './request-headers.ts'
import { createRequestTarget } from './request-target.ts'
import { answerFault } from './settlement.ts'
import { streamStored } from './stored-body.ts'
import { type RestAuth, restSystem } from './system-options.ts'

/** Delivers over HTTP/1.1: 2xx resolves with the answer; all else rejects with TARGET_REFUSED, TARGET_UNAVAILABLE or TARGET_TIMEOUT, with the answer where there was one. */
export function createRestOutbound(
  { name, options, auth, inFlight }: TargetOptions,
  { project, bodies }: Pick<AdapterContext, 'project' | 'bodies'>,
): Outbound & Streaming {
  const system = restSystem(options)
  const target = createRequestTarget(system)
  const headersOf = createRequestHeaders(system, auth as RestAuth | undefined)
  const limits = { name, maxReplyBytes: system.maxReplyBytes }
  const bodyless = system.method === 'GET' || system.body === 'none'
  const pool = createPool(target.origin, system, { connections: inFlight, dir: project.dir })

  async function send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw abortedBy(signal)
    const path = target.path(delivery.params)
    const headers = headersOf(delivery)
    const { body, stored } = bodyless ? NOTHING : delivery
    if (stored) headers.push('content-length', String(stored.bytes))
    const boundMs = sendBound(delivery, system.timeoutMs)
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => (answer.status < 300 ? resolve(answer) : reject(answerFault(answer, name)))
      const call = new Call(limits, { answered, reject }, groupOf(signal), boundMs)
      const request: Dispatcher.DispatchOptions = {
        method: system.method,
        path,
        headers,
        body: stored ? streamStored(stored, bodies, boundMs, call) : body.length === 0 ? null : body,
      }
      pool.dispatch(request, call)
    })
  }

  return { streams: true, send, close: () => pool.close() }
}

const NOTHING: Pick<Delivery, 'body' | 'stored'> = { body: new Uint8Array() }
