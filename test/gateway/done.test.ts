import { expect } from 'chai'
import { createDone, type DoneConfig } from '../../gateway/done.ts'
import { GatewayError } from '../../gateway/errors.ts'
import { silent } from '../../gateway/log.ts'
import type { Message } from '../../gateway/message.ts'
import type { ReceiptView } from '../../gateway/receipts.ts'
import type { Story, Untold } from '../../gateway/store/port.ts'
import { until } from '../support/until.ts'

const OPEN = { read: 3, accepted: 3, known: 0, rejected: 0, delivered: 1, failed: 0, filtered: 0, complete: true }

/** What is told of these messages. */
function doneOf(untold: readonly Untold[], config: DoneConfig = { route: 'rows.done' }) {
  const left = new Map(untold.map(one => [one.id, one]))
  const [accepted, buried]: [Message[], Message[]] = [[], []]
  const given = { refuse: (_: Message): GatewayError | undefined => undefined, tells: 0 }
  const story = (id: string): Story => ({
    message: {
      ...{ id, route: 'rows', sourceIndex: 0, source: 'file in/*', correlationId: `c-${id}`, contentType: 'text/csv', headers: {} },
      ...{ meta: {}, receivedAt: 1_000 },
    },
    deliveries: [],
    events: [],
  })
  const view = (id: string): ReceiptView => ({
    ...{ id, route: 'rows', state: 'accepted', receivedAt: '2026-01-01T00:00:00Z', records: OPEN, targets: [] },
  })
  const done = createDone({
    store: {
      untold: async after => [...left.values()].filter(({ id }) => id > (after ?? '')),
      async tell(ids) {
        given.tells += 1
        for (const id of ids) left.delete(id)
      },
      story: async id => story(id),
      receipt: async id => view(id),
      rejects: async () => ({ items: [] }),
    },
    async accept(messages) {
      const [message] = messages
      const refusal = message && given.refuse(message)
      if (refusal) throw refusal
      accepted.push(...messages)
      return []
    },
    async bury(message) {
      buried.push(message)
    },
    routes: new Map([['rows', config]]),
    log: silent,
  })
  return { done, left, accepted, buried, given }
}

const ended = (id: string): Untold => ({ id, route: 'rows', receivedAt: 1_000, settledAt: 2_000 })
const open = (id: string, receivedAt: number): Untold => ({ id, route: 'rows', receivedAt })

describe('what is done at the end of a file', () => {
  let parts: ReturnType<typeof doneOf>
  afterEach(() => parts.done.stop())

  it('is told of each that has ended, once, by an identity that a second telling has as well', async () => {
    parts = doneOf([ended('m-1'), ended('m-2'), open('m-3', Date.now()), { ...ended('m-4'), route: 'silent' }])
    parts.done.start()
    await until('they are told', () => parts.left.size === 1)
    expect([...parts.left.keys()]).to.deep.equal(['m-3'])
    expect(parts.accepted.map(({ route, identity }) => [route, identity])).to.deep.equal([
      ['rows.done', 'done:m-1'],
      ['rows.done', 'done:m-2'],
    ])
    expect(JSON.parse(String(parts.accepted[0]?.body))).to.deep.include({ id: 'm-1', route: 'rows', records: OPEN })
  })

  it('is told of one that is open still, when its time has passed, and not again', async () => {
    parts = doneOf([open('m-1', Date.now() - 5_000), open('m-2', Date.now())], { route: 'rows.done', withinMs: 5_000 })
    parts.done.start()
    await until('it is told', () => parts.left.size === 1)
    expect(parts.accepted.map(({ identity }) => identity)).to.deep.equal(['done:m-1'])
  })

  it('is tried again while there is no room for it', async () => {
    parts = doneOf([ended('m-1')])
    let refusals = 1
    parts.given.refuse = () => (refusals-- > 0 ? new GatewayError('OVERLOADED', 'too many wait') : undefined)
    parts.done.start()
    await until('it is told', () => parts.left.size === 0)
    expect(parts.accepted).to.have.length(1)
    expect(parts.buried).to.deep.equal([])
  })

  it('is no dead letter where it was told before a crash, with other counts', async () => {
    parts = doneOf([open('m-1', 1_000)], { route: 'rows.done', withinMs: 5_000 })
    parts.given.refuse = () => new GatewayError('KEY_CONFLICT', 'another content')
    parts.done.start()
    await until('it is noted', () => parts.left.size === 0)
    expect(parts.buried).to.deep.equal([])
  })

  it('is a dead letter where its route can never take it, and holds up no others', async () => {
    parts = doneOf([ended('m-1'), ended('m-2')])
    parts.given.refuse = ({ identity }) => (identity === 'done:m-1' ? new GatewayError('MAPPING_FAILED', 'no field') : undefined)
    parts.done.start()
    await until('both are told', () => parts.left.size === 0)
    expect(parts.buried.map(({ identity }) => identity)).to.deep.equal(['done:m-1'])
    expect(parts.accepted.map(({ identity }) => identity)).to.deep.equal(['done:m-2'])
  })
})
