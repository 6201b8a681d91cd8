import { expect } from 'chai'
import type { Attempts } from '../../gateway/attempts.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { createGate } from '../../gateway/gate.ts'
import { silent } from '../../gateway/log.ts'
import type { Outcome } from '../../gateway/target.ts'
import { until } from '../support/until.ts'
import { sampleDelivery } from './sample.ts'

const down: Outcome = { error: new GatewayError('TARGET_UNAVAILABLE', 'refused') }
const refused: Outcome = { error: new GatewayError('TARGET_REFUSED', 'no') }

/** A gate before a target that answers what `answer` says; what was sent, concluded and put back is counted. */
function gateBefore(answer: () => Outcome, turns = 0) {
  const seen = { sent: 0, concluded: 0, putBack: 0, limits: [] as number[], most: 0 }
  let running = 0
  const attempts: Attempts = {
    async send() {
      seen.sent += 1
      seen.most = Math.max(seen.most, ++running)
      for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
      running -= 1
      return answer()
    },
    async conclude() {
      seen.concluded += 1
    },
    async putBack() {
      seen.putBack += 1
    },
  }
  const outbound = { send: async () => undefined, close: async () => {} }
  const gate = createGate({ name: 'warehouse', outbound, inFlight: 8, verdict: () => undefined }, attempts, silent)
  gate.attach({ limit: async limit => void seen.limits.push(limit), stop: async () => {} })
  return { gate, seen }
}

async function passes(gate: ReturnType<typeof gateBefore>['gate'], times: number): Promise<void> {
  for (let time = 0; time < times; time++) await gate.pass(sampleDelivery())
}

describe('the gate before a target', () => {
  it('lets everything through while the target is well', async () => {
    const { gate, seen } = gateBefore(() => ({}))
    await passes(gate, 20)
    expect(seen).to.include({ sent: 20, concluded: 20, putBack: 0 })
  })

  it('never has more calls under way than the target may have, though the queue hands out more', async () => {
    const { gate, seen } = gateBefore(() => ({}), 8)
    await Promise.all(Array.from({ length: 100 }, () => gate.pass(sampleDelivery())))
    expect(seen).to.include({ sent: 100, concluded: 100, most: 8 })
  })

  it('takes nothing more from the queue after five failures in a row', async () => {
    const { gate, seen } = gateBefore(() => down)
    await passes(gate, 5)
    expect(seen.limits).to.deep.equal([0])
    await gate.stop()
    await gate.stop()
  })

  it('does not take a refusal for a target that is down', async () => {
    const { gate, seen } = gateBefore(() => refused)
    await passes(gate, 20)
    expect(seen.limits).to.deep.equal([])
    expect(seen.concluded).to.equal(20)
  })

  it('puts back, without an attempt, what comes while it is open', async () => {
    const { gate, seen } = gateBefore(() => down)
    await passes(gate, 8)
    expect(seen).to.include({ sent: 5, concluded: 5, putBack: 3 })
    await gate.stop()
    await gate.stop()
  })

  it('holds one delivery as the probe until the target is back, and then lets all through', async () => {
    let well = false
    const { gate, seen } = gateBefore(() => (well ? {} : down))
    await passes(gate, 5)
    await until('a probe is allowed', () => seen.limits.at(-1) === 1)
    const probe = gate.pass(sampleDelivery())
    await until('it was tried', () => seen.sent === 6)
    await gate.pass(sampleDelivery())
    expect(seen).to.include({ sent: 6, putBack: 1 })
    well = true
    await probe
    expect(seen.limits.at(-1)).to.equal(32)
    expect(seen.concluded).to.equal(6)
  })

  it('sends nothing while it is paused', async () => {
    const { gate, seen } = gateBefore(() => ({}))
    gate.setPaused(true)
    await gate.apply()
    await passes(gate, 2)
    expect(seen).to.include({ sent: 0, concluded: 0, putBack: 2 })
    gate.setPaused(false)
    await gate.apply()
    await passes(gate, 1)
    expect(seen).to.include({ sent: 1, concluded: 1 })
    expect(seen.limits.at(-1)).to.equal(32)
  })

  it('does not send what is past its own deadline', async () => {
    const { gate, seen } = gateBefore(() => ({}))
    await gate.pass(sampleDelivery({ expiresAt: 1 }))
    expect(seen).to.include({ sent: 0, concluded: 1 })
  })
})
