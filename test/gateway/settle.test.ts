import { expect } from 'chai'
import { type ErrorCode, type ErrorExtras, GatewayError } from '../../gateway/errors.ts'
import type { Delivery, RetryPolicy } from '../../gateway/ports.ts'
import { settle } from '../../gateway/settle.ts'
import { sampleDelivery } from './sample.ts'

const policy: RetryPolicy = { delaysMs: [5_000, 30_000], giveUpAfterMs: 3_600_000, jitter: 0.2 }
const now = 10_000

interface Case {
  readonly name: string
  readonly error?: ErrorCode
  readonly extras?: ErrorExtras
  readonly delivery?: Partial<Delivery>
  readonly random?: number
  readonly expected: object
}

describe('settle', () => {
  const cases: readonly Case[] = [
    { name: 'no error is delivered', expected: { state: 'delivered' } },
    {
      name: 'a transient fault waits for the first delay',
      error: 'TARGET_UNAVAILABLE',
      expected: { state: 'waiting', dueAt: now + 5_000 },
    },
    {
      name: 'the second for the second',
      error: 'TARGET_UNAVAILABLE',
      delivery: { attempts: 1 },
      expected: { state: 'waiting', dueAt: now + 30_000 },
    },
    {
      name: 'the last delay repeats',
      error: 'TARGET_TIMEOUT',
      delivery: { attempts: 40 },
      expected: { state: 'waiting', dueAt: now + 30_000 },
    },
    {
      name: 'jitter shortens by its share at most',
      error: 'TARGET_UNAVAILABLE',
      random: 0,
      expected: { state: 'waiting', dueAt: now + 4_000 },
    },
    {
      name: 'jitter lengthens by its share at most',
      error: 'TARGET_UNAVAILABLE',
      random: 1,
      expected: { state: 'waiting', dueAt: now + 6_000 },
    },
    {
      name: 'what the target asks for is honoured where it is longer',
      error: 'TARGET_UNAVAILABLE',
      extras: { retryAfterMs: 60_000 },
      expected: { state: 'waiting', dueAt: now + 60_000 },
    },
    {
      name: 'and not where it is shorter',
      error: 'TARGET_UNAVAILABLE',
      extras: { retryAfterMs: 1 },
      expected: { state: 'waiting', dueAt: now + 5_000 },
    },
    { name: 'a permanent fault is dead at once', error: 'TARGET_REFUSED', expected: { state: 'dead', code: 'TARGET_REFUSED' } },
    {
      name: 'a wait beyond giveUpAfter is dead',
      error: 'TARGET_UNAVAILABLE',
      delivery: { acceptedAt: now + 5_000 - 3_600_001 },
      expected: { state: 'dead', code: 'EXHAUSTED' },
    },
    {
      name: 'a wait up to giveUpAfter still waits',
      error: 'TARGET_UNAVAILABLE',
      delivery: { acceptedAt: now + 5_000 - 3_600_000 },
      expected: { state: 'waiting', dueAt: now + 5_000 },
    },
    {
      name: 'a wait beyond its own deadline is expired',
      error: 'TARGET_UNAVAILABLE',
      delivery: { expiresAt: now + 4_999 },
      expected: { state: 'expired' },
    },
    { name: 'an unknown fault counts as transient', error: 'INTERNAL', expected: { state: 'waiting', dueAt: now + 5_000 } },
  ]
  for (const { name, error, extras, delivery, random = 0.5, expected } of cases) {
    it(name, () => {
      const fault = error && new GatewayError(error, 'seen', extras)
      expect(settle(fault, sampleDelivery(delivery), policy, { now, random })).to.deep.equal(expected)
    })
  }

  it('without any delay tries again at once', () => {
    const none = { ...policy, delaysMs: [] }
    expect(settle(new GatewayError('TARGET_TIMEOUT', ''), sampleDelivery(), none, { now, random: 0.5 })).to.deep.equal({
      state: 'waiting',
      dueAt: now,
    })
  })
})
