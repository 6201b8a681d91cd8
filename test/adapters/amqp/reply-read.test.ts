import type { ConsumeMessage, MessageProperties } from 'amqplib/callback_api'
import { expect } from 'chai'
import { type ReplyOptions, repliesOf } from '../../../adapters/amqp/options.ts'
import { readReply } from '../../../adapters/amqp/reply-read.ts'

const options: ReplyOptions = { withinMs: 1_000, maxReplyBytes: 100, errorHeader: 'waybill-error' }

function reply(headers: Record<string, unknown>, body = '{"a":1}'): ConsumeMessage {
  const properties = { contentType: 'application/json', headers } as unknown as MessageProperties
  return { content: Buffer.from(body), properties } as unknown as ConsumeMessage
}

describe('reading a reply of AMQP', () => {
  const cases: readonly {
    name: string
    headers: Record<string, unknown>
    body?: string
    status: number
    code?: string
    of?: Partial<ReplyOptions>
  }[] = [
    { name: 'takes it as an answer', headers: {}, status: 200 },
    { name: 'takes its status', headers: { 'waybill-status': '201' }, status: 201 },
    { name: 'takes no status that is none', headers: { 'waybill-status': 'x' }, status: 200 },
    { name: 'takes the error header as a refusal', headers: { 'waybill-error': 'OutOfStock' }, status: 502, code: 'TARGET_REFUSED' },
    {
      name: 'refuses for good by a permanent code of ours',
      headers: { 'waybill-error': 'SCHEMA_INVALID' },
      status: 422,
      code: 'TARGET_REFUSED',
    },
    {
      name: 'tries again after a transient code of ours',
      headers: { 'waybill-error': 'OVERLOADED' },
      status: 503,
      code: 'TARGET_UNAVAILABLE',
    },
    {
      name: 'takes a name of the prototype as any other',
      headers: { 'waybill-error': 'constructor' },
      status: 502,
      code: 'TARGET_REFUSED',
    },
    {
      name: 'knows the error header that the system names',
      headers: { 'x-err': true },
      status: 502,
      code: 'TARGET_REFUSED',
      of: { errorHeader: 'x-err' },
    },
    { name: 'takes false for no error', headers: { 'x-err': false }, status: 200, of: { errorHeader: 'x-err' } },
    { name: 'refuses what is too large', headers: {}, body: 'x'.repeat(101), status: 200, code: 'BAD_REPLY' },
  ]
  for (const { name, headers, body, status, code, of } of cases) {
    it(name, () => {
      const { answer, error } = readReply(reply(headers, body), 'stock', { ...options, ...of })
      expect([answer.status, error?.code]).to.deep.equal([status, code])
      expect(error?.extras.answer).to.equal(code === undefined ? undefined : answer)
      const named = headers[of?.errorHeader ?? options.errorHeader] || undefined
      expect(answer.fault?.name).to.equal(named === undefined ? undefined : String(named))
    })
  }

  it('has its options where `reply` is true, an object, or not there', () => {
    expect(repliesOf({ reply: true })).to.deep.equal({ withinMs: 30_000, maxReplyBytes: 8 * 1_024 ** 2, errorHeader: 'waybill-error' })
    expect(repliesOf({ reply: options })).to.equal(options)
    expect([repliesOf({}), repliesOf({ reply: false })]).to.deep.equal([undefined, undefined])
  })
})
