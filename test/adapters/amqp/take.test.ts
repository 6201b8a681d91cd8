import { expect } from 'chai'
import { createAccepter, createCarrier } from '../../../adapters/amqp/take.ts'
import { type ErrorCode, GatewayError } from '../../../gateway/errors.ts'
import { type Message, newId } from '../../../gateway/message.ts'
import { until } from '../../support/until.ts'
import { recordingGateway } from './support.ts'

function message(body: string, members: Partial<Message> = {}): Message {
  return {
    id: newId(),
    route: 'orders',
    sourceIndex: 0,
    source: 'amqp orders',
    correlationId: 'c',
    contentType: 'application/json',
    headers: {},
    meta: {},
    body: Buffer.from(body),
    receivedAt: 0,
    ...members,
  }
}

const textOf = ({ body }: Message) => Buffer.from(body).toString()
const never = new AbortController().signal

/** Throws the code for the first `times` messages with the body `bad`. */
function badTimes(code: ErrorCode, times: number): (messages: readonly Message[]) => void {
  let left = times
  return messages => {
    if (messages.some(one => textOf(one) === 'bad') && left-- > 0) throw new GatewayError(code, 'as the test says')
  }
}

describe('bringing messages of another broker in', () => {
  it('accepts what comes in one tick as one batch', async () => {
    const gateway = recordingGateway()
    const { take } = createAccepter(gateway, never)
    await Promise.all(['1', '2', '3'].map(body => take(message(body))))
    expect(gateway.batches).to.deep.equal([3])
    expect(gateway.accepted.map(textOf)).to.deep.equal(['1', '2', '3'])
  })

  const faults: { code: ErrorCode; times: number; buried: string[]; accepted: string[] }[] = [
    { code: 'SCHEMA_INVALID', times: 99, buried: ['bad'], accepted: ['1', '2'] },
    { code: 'KEY_CONFLICT', times: 99, buried: ['bad'], accepted: ['1', '2'] },
    { code: 'NO_ROUTE', times: 99, buried: ['bad'], accepted: ['1', '2'] },
    { code: 'INTERNAL', times: 3, buried: [], accepted: ['1', '2', 'bad'] },
    { code: 'OVERLOADED', times: 2, buried: [], accepted: ['1', '2', 'bad'] },
    { code: 'STORE_UNAVAILABLE', times: 2, buried: [], accepted: ['1', '2', 'bad'] },
  ]
  for (const { code, times, buried, accepted } of faults) {
    it(`${buried.length > 0 ? 'buries' : 'tries again'} a message with ${code}, and spoils no neighbour`, async () => {
      const throwing = badTimes(code, times)
      const gateway = recordingGateway({ accept: async messages => void throwing(messages) as never })
      const { take } = createAccepter(gateway, never)
      await Promise.all(['1', 'bad', '2'].map(body => take(message(body))))
      expect(gateway.buried.map(one => textOf(one.message))).to.deep.equal(buried)
      expect(gateway.accepted.map(textOf).sort()).to.deep.equal(accepted)
    })
  }

  it('buries what the gateway cannot make sense of, however often it tries', async function () {
    this.timeout(15_000)
    const throwing = badTimes('INTERNAL', 99)
    const gateway = recordingGateway({ accept: async messages => void throwing(messages) as never })
    await createAccepter(gateway, never).take(message('bad'))
    expect(gateway.buried).to.have.length(1)
  })

  it('keeps a message until its dead letter is durable', async () => {
    let left = 2
    const gateway = recordingGateway({
      bury: async () => {
        if (left-- > 0) throw new GatewayError('STORE_UNAVAILABLE', 'full')
      },
    })
    await createAccepter(gateway, never).bury(message('x'), new GatewayError('TOO_LARGE', 'x'))
    expect(gateway.buried).to.have.length(1)
  })
})

describe("carrying messages of the gateway's own broker", () => {
  it('lets a message go when the gateway has carried it', async () => {
    let release = () => {}
    const gateway = recordingGateway({
      carry: () =>
        new Promise(resolve => {
          release = resolve
        }),
    })
    let done = false
    const taken = createCarrier(gateway, never)
      .take(message('1'))
      .then(() => {
        done = true
      })
    await until('it was carried', () => release.length === 1 || release.toString() !== '() => {}')
    expect(done).to.equal(false)
    release()
    await taken
    expect(gateway.carried).to.have.length(1)
  })

  it('sends a message once that comes again on a new connection while it is on its way', async () => {
    const gateway = recordingGateway({ carry: () => new Promise(resolve => setImmediate(resolve)) })
    const { take } = createCarrier(gateway, never)
    const again = { identity: 'amqp:orders:1' }
    await Promise.all([take(message('1', again)), take(message('1', { ...again, redelivered: true }))])
    expect(gateway.carried).to.have.length(1)
  })

  it('leaves it to the gateway where the same identity comes with another body, or is not a redelivery', async () => {
    const gateway = recordingGateway({ carry: () => new Promise(resolve => setImmediate(resolve)) })
    const { take } = createCarrier(gateway, never)
    const same = { identity: 'amqp:orders:1' }
    await Promise.all([take(message('1', same)), take(message('2', { ...same, redelivered: true })), take(message('1', same))])
    expect(gateway.carried).to.have.length(3)
  })

  it('gives up without a word to the queue when the source stops', async () => {
    const stopping = new AbortController()
    const gateway = recordingGateway({ carry: () => Promise.reject(new GatewayError('OVERLOADED', 'full')) })
    const taken = createCarrier(gateway, stopping.signal).take(message('1'))
    stopping.abort(new GatewayError('DRAINING', 'stop'))
    const error = await taken.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).to.have.property('code', 'DRAINING')
    expect(gateway.buried).to.have.length(0)
  })
})
