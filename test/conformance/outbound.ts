import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import type { Delivery, Outbound } from '../../gateway/ports.ts'
import { deliveryOf } from '../support/delivery.ts'
import { until } from '../support/until.ts'

export type Manner = 'yes' | 'refused' | 'unavailable' | 'silence'

/** A target that speaks the protocol of an outbound, and the outbound to it. */
export interface Receiver {
  readonly outbound: Outbound
  /** How the target answers from now on. */
  behave(manner: Manner): Promise<void>
  /** What came since: bodies, and what the target can know a repeat by. */
  received(): Promise<readonly { readonly body: string; readonly id: string }[]>
  /** From now on nothing is there. */
  vanish(): Promise<void>
  close(): Promise<void>
}

const JSON_BODY = '{ "b": 1,\r\n "a": "é\u2028" }'

/** What every Outbound promises, whatever its protocol. `body`: one that it carries. */
export function outboundConformance(name: string, open: () => Promise<Receiver>, body = JSON_BODY): void {
  const delivered = (delivery: Partial<Delivery> = {}) => deliveryOf({ body: Buffer.from(body), ...delivery })
  describe(`${name} keeps an outbound's promises`, () => {
    let receiver: Receiver
    const { signal } = new AbortController()
    beforeEach(async () => {
      receiver = await open()
    })
    afterEach(() => receiver.close())

    it('resolves when the target said yes, and brings the bytes as they are', async () => {
      await receiver.behave('yes')
      await receiver.outbound.send(delivered(), signal)
      expect((await receiver.received()).map(one => one.body)).to.deep.equal([body])
    })

    it('gives a repeat the same id, and each entry of a message its own', async () => {
      await receiver.behave('yes')
      const first = delivered()
      const others = [{ ...first, attempts: 3, replays: 1 }, { ...first, entry: 'second' }, delivered()]
      for (const delivery of [first, ...others]) await receiver.outbound.send(delivery, signal)
      const [a, again, entry, other] = (await receiver.received()).map(({ id }) => id)
      expect(again).to.equal(a)
      expect(new Set([a, entry, other]).size).to.equal(3)
    })

    const refusals: readonly { manner: Manner; permanent: boolean }[] = [
      { manner: 'refused', permanent: true },
      { manner: 'unavailable', permanent: false },
      { manner: 'silence', permanent: false },
    ]
    for (const { manner, permanent } of refusals)
      it(`rejects ${manner} as ${permanent ? 'permanent' : 'transient'}, and goes on when the target is well`, async () => {
        await receiver.behave(manner)
        const error = await receiver.outbound.send(delivered(), signal).catch((caught: unknown) => caught)
        expect(error).to.be.instanceOf(GatewayError).and.include({ permanent })
        await receiver.behave('yes')
        await receiver.outbound.send(delivered(), signal)
      })

    it('rejects as transient where nothing is there', async () => {
      await receiver.vanish()
      const error = await receiver.outbound.send(delivered(), signal).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(GatewayError).and.include({ permanent: false })
    })

    it('gives up at the signal, before and during the send', async () => {
      await receiver.behave('silence')
      const stop = new AbortController()
      const running = receiver.outbound.send(delivered(), stop.signal).catch((caught: unknown) => caught)
      await until('the delivery is under way', async () => (await receiver.received()).length === 1)
      stop.abort()
      expect(await running)
        .to.be.instanceOf(GatewayError)
        .and.include({ permanent: false })
      const late = await receiver.outbound.send(delivered(), stop.signal).catch((caught: unknown) => caught)
      expect(late).to.be.instanceOf(GatewayError)
      expect(await receiver.received()).to.have.length(1)
    })
  })
}
