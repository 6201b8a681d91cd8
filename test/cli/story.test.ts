import { expect } from 'chai'
import { storyLines } from '../../cli/story.ts'
import { type EventView, storyView } from '../../gateway/admin/views.ts'
import { story } from '../gateway/admin/parts.ts'

const at = '2026-11-24T17:02:12.000Z'
const now = Date.UTC(2026, 10, 24, 17, 3, 6, 120)

describe('the story of a message', () => {
  const whole = storyView(story('m1'), false)

  it('tells what happened, why each entry was chosen, and where each stands', () => {
    expect(storyLines(whole, now)).to.deep.equal([
      'message m1 of route orders (times in UTC)',
      '2026-11-24 17:02:11.120  accepted by route orders from rest POST /v1/orders (client shop), key SO-1; 2 entries planned: warehouse and books (accounting.invoice)',
      '2026-11-24 17:02:12.020  warehouse attempt 1 failed: TARGET_UNAVAILABLE 503 from http://127.0.0.1:9001; it answered: busy',
      '2026-11-24 17:02:12.120  books attempt 1 failed: TARGET_UNAVAILABLE connection refused',
      '2026-11-24 17:02:17.120  warehouse delivered at attempt 2',
      '',
      'chosen by: warehouse by to[0], books by to[1]',
      'now: warehouse is delivered since 2026-11-24 17:02:17.120 (2 attempts)',
      'now: books waits after 1 attempt; next try in 5 s, at 17:03:11; last error: TARGET_UNAVAILABLE 503',
    ])
  })

  const events: readonly { name: string; event: Omit<EventView, 'at'>; said: string }[] = [
    {
      name: 'death',
      event: { what: 'dead', entry: 'books', attempt: 9, code: 'EXHAUSTED', detail: 'older than 3 d' },
      said: 'books given up after attempt 9: EXHAUSTED older than 3 d',
    },
    {
      name: 'expiry',
      event: { what: 'expired', entry: 'books' },
      said: "books expired: the message's own deadline passed before the target took it",
    },
    { name: 'replay', event: { what: 'replayed', entry: 'books', by: 'ada' }, said: 'books opened again by ada' },
    { name: 'discard', event: { what: 'discarded', entry: 'books', by: 'ada' }, said: 'books discarded by ada' },
    {
      name: 'late reply',
      event: { what: 'late-reply', entry: 'books', answer: 'ok' },
      said: 'books the reply came after the caller had its receipt; it is kept under it; it answered: ok',
    },
    {
      name: 'retry',
      event: {
        what: 'attempt-failed',
        entry: 'books',
        attempt: 2,
        code: 'TARGET_TIMEOUT',
        detail: 'slow',
        dueAt: '2026-11-24T17:04:42.000Z',
      },
      said: 'books attempt 2 failed: TARGET_TIMEOUT slow; next try in 2 min 30 s',
    },
    {
      name: 'delivery put back unsent',
      event: { what: 'attempt-failed', entry: 'books', attempt: 0, dueAt: '2026-11-24T17:02:13.000Z' },
      said: 'books was not sent, since its target was down or paused; next try in 1 s',
    },
    {
      name: 'text that would act on the terminal',
      event: { what: 'attempt-failed', entry: 'books', attempt: 2, code: 'TARGET_REFUSED', detail: '\u001b[2J\nno' },
      said: 'books attempt 2 failed: TARGET_REFUSED ?[2J no',
    },
  ]
  for (const { name, event, said } of events) {
    it(`has words for: ${name}`, () => {
      expect(storyLines({ ...whole, events: [{ at, ...event }] }, now)[1]).to.equal(`2026-11-24 17:02:12.000  ${said}`)
    })
  }

  it('says why a message went nowhere on purpose', () => {
    const message = { ...whole.message, filtered: 'test orders stay here' }
    const lines = storyLines({ ...whole, message, deliveries: [], events: [{ at, what: 'accepted' }] }, now)
    expect(lines[1]).to.match(/key SO-1; no entry planned, as the route wants it: test orders stay here$/)
  })
})
