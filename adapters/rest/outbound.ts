import type { Dispatcher } from 'undici'
import { sendBound } from '../../gateway/deadline.ts'
import type { Answer } from '../../gateway/message.ts'
import type { Delivery, Outbound } from '../../gateway/ports.ts'
import type { AdapterContext, TargetOptions } from '../adapter.ts'
import { Call } from './call.ts'
import { abortedBy, groupOf } from './call-group.ts'
import { createPool } from './pool.ts'
import { createRequestHeaders } from './request-headers.ts'
import { createRequestTarget } from './request-target.ts'
import { answerFault } from './settlement.ts'
import { type RestAuth, restSystem } from './system-options.ts'

/** Delivers over HTTP/1.1: 2xx resolves with the answer; all else rejects with TARGET_REFUSED, TARGET_UNAVAILABLE or TARGET_TIMEOUT, with the answer where there was one. */
export function createRestOutbound({ name, options, auth, inFlight }: TargetOptions, { project }: AdapterContext): Outbound {
  const system = restSystem(options)
  const target = createRequestTarget(system)
  const headersOf = createRequestHeaders(system, auth as RestAuth | undefined)
  const limits = { name, maxReplyBytes: system.maxReplyBytes }
  const bodyless = system.method === 'GET' || system.body === 'none'
  const pool = createPool(target.origin, system, { connections: inFlight, dir: project.dir })

  async function send(delivery: Delivery, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw abortedBy(signal)
    const request: Dispatcher.DispatchOptions = {
      method: system.method,
      path: target.path(delivery.params),
      headers: headersOf(delivery),
      body: bodyless || delivery.body.length === 0 ? null : delivery.body,
    }
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => (answer.status < 300 ? resolve(answer) : reject(answerFault(answer, name)))
      pool.dispatch(request, new Call(limits, { answered, reject }, groupOf(signal), sendBound(delivery, system.timeoutMs)))
    })
  }

  return { send, close: () => pool.close() }
}
