import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import type { Answer } from '../../gateway/message.ts'
import { type Target, trySend, type Verdict } from '../../gateway/target.ts'
import { deliveryOf } from '../adapters/amqp/support.ts'

const fault = { code: 'Client', name: 'AlreadyThere', text: 'we have it' }
const answer: Answer = { status: 500, headers: {}, contentType: 'application/xml', body: new Uint8Array(), fault }

function target(verdict: Verdict | undefined): Target {
  const send = () => Promise.reject(new GatewayError('TARGET_REFUSED', 'answered a fault', { answer }))
  return { name: 'stock', outbound: { send, close: async () => {} }, inFlight: 1, verdict: () => verdict }
}

describe("a target's own reading of an answer", () => {
  const cases = [
    { verdict: undefined, code: 'TARGET_REFUSED' },
    { verdict: 'dead', code: 'TARGET_REFUSED' },
    { verdict: 'retry', code: 'TARGET_UNAVAILABLE' },
    { verdict: 'delivered', code: undefined },
  ] as const
  for (const { verdict, code } of cases)
    it(`${verdict ?? 'that has no word on it'} makes a fault ${code ?? 'an answer like any other'}`, async () => {
      const outcome = await trySend(target(verdict), deliveryOf(), new AbortController().signal)
      expect(outcome.error?.code).to.equal(code)
      expect((outcome.answer ?? outcome.error?.extras.answer)?.fault).to.equal(code === undefined ? undefined : fault)
    })
})
