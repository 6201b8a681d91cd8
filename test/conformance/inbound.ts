import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import type { Gateway } from '../../gateway/ports.ts'
import { createRecorder, type Recorder } from '../support/recorder.ts'
import { until } from '../support/until.ts'

/** A sender that speaks the protocol of an inbound with one one-way source. */
export interface Sender {
  /** What the sender was told: yes, never (its own fault), or later. */
  send(body: string, identity?: string): Promise<'accepted' | 'refused' | 'later'>
  /** Stops the inbound. */
  stop(): Promise<void>
}

/** What every Inbound promises, whatever its protocol. `open` starts it with one source that takes JSON. */
export function inboundConformance(name: string, open: (gateway: Gateway) => Promise<Sender>): void {
  describe(`${name} keeps an inbound's promises`, () => {
    let recorder: Recorder
    let sender: Sender
    beforeEach(async () => {
      recorder = createRecorder()
      sender = await open(recorder.gateway)
    })
    afterEach(() => sender.stop())

    it('brings the bytes as they came, with what a message needs', async () => {
      const body = '{ "b": 1,\r\n "a": "é\u2028" }'
      expect(await sender.send(body)).to.equal('accepted')
      const [message] = recorder.accepted
      expect(Buffer.from(message?.body ?? []).toString()).to.equal(body)
      expect(message).to.include({ route: 'orders', sourceIndex: 0 })
      expect(message?.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
      expect(message?.correlationId).to.be.a('string').and.not.equal('')
    })

    it('says yes only after the gateway has', async () => {
      const held = hold(recorder)
      const told: string[] = []
      const sent = sender.send('{}').then(answer => told.push(answer))
      await until('the message reaches the gateway', held.reached)
      expect(told).to.deep.equal([])
      held.release()
      await sent
      expect(told).to.deep.equal(['accepted'])
    })

    const refusals = [
      { code: 'SCHEMA_INVALID', expected: 'refused' },
      { code: 'NO_ROUTE', expected: 'refused' },
      { code: 'KEY_CONFLICT', expected: 'refused' },
      { code: 'OVERLOADED', expected: 'later' },
      { code: 'STORE_UNAVAILABLE', expected: 'later' },
    ] as const
    for (const { code, expected } of refusals)
      it(`tells the sender "${expected}" for ${code}, and serves the next`, async () => {
        recorder.onAccept = () => {
          throw new GatewayError(code, 'as the test wants it')
        }
        expect(await sender.send('{}')).to.equal(expected)
        recorder.onAccept = () => undefined
        expect(await sender.send('{}')).to.equal('accepted')
      })

    it('gives one identity to what the sender calls the same, another to what it does not, and none where it says nothing', async () => {
      await sender.send('{"n":1}', 'one')
      await sender.send('{"n":1}', 'one')
      await sender.send('{"n":1}', 'two')
      await sender.send('{"n":1}')
      const [first, again, other, none] = recorder.accepted.map(message => message.identity)
      expect(first).to.be.a('string').and.equal(again).and.not.equal(other)
      expect(none).to.equal(undefined)
      expect(new Set(recorder.accepted.map(message => message.id)).size).to.equal(4)
    })

    it('answers what runs before it has stopped, and may be stopped twice', async () => {
      const held = hold(recorder)
      const sent = sender.send('{}')
      await until('the message reaches the gateway', held.reached)
      const stopped = Promise.all([sender.stop(), sender.stop()])
      held.release()
      expect(await sent).to.equal('accepted')
      await stopped
    })
  })
}

interface Held {
  reached(): boolean
  release(): void
}

/** Makes accept wait until it is released. */
export function hold(recorder: Recorder): Held {
  let release: (() => void) | undefined
  recorder.onAccept = () => new Promise(resolve => (release = () => resolve(undefined)))
  return { reached: () => release !== undefined, release: () => release?.() }
}
