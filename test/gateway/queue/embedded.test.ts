import { expect } from 'chai'
import { silent } from '../../../gateway/log.ts'
import { createEmbeddedQueue } from '../../../gateway/queue/embedded.ts'
import { delivery, queueConformance } from '../../conformance/queue.ts'

queueConformance('the embedded queue', async () => {
  const queue = createEmbeddedQueue({ capacity: 200, restMs: 10, log: silent })
  await queue.start(['a', 'b'])
  return { queue, capacity: 200 }
})

describe('the embedded queue', () => {
  it('takes nothing after close', async () => {
    const queue = createEmbeddedQueue({ log: silent })
    await queue.close()
    expect(await queue.publish([{ delivery: delivery('a') }])).to.deep.equal(['no-room'])
  })

  it('refuses a second consumer of a target', async () => {
    const queue = createEmbeddedQueue({ log: silent })
    const options = { inFlight: 1, lost: async () => {} }
    await queue.consume('a', async () => {}, options)
    const second = await queue.consume('a', async () => {}, options).catch(error => error)
    expect(second).to.be.an('error').with.property('message', 'target a has a consumer already: stop it first')
    await queue.close()
  })
})
