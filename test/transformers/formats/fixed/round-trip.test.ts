import { expect } from 'chai'
import type { RecordFormat } from '../../../../transformers/format.ts'
import { type CharsetName, charsetOption } from '../../../../transformers/formats/charset.ts'
import { numberOf } from '../../../../transformers/json/decimal-number.ts'
import { randomText } from '../alphabets.ts'
import { recordsOf } from '../made.ts'
import { below, expectRoundTrip, randomOf } from '../round-trip.ts'

const LAYOUT = {
  tag: { start: 21, length: 1 },
  length: 40,
  header: { tag: 'H', fields: [{ name: 'name', length: 12 }] },
  records: {
    order: {
      tag: 'O',
      fields: [
        { name: 'text', length: 12 },
        { name: 'right', length: 8, align: 'right' },
        { name: 'amount', start: 22, length: 12, type: 'number', decimals: 3, sign: 'overpunch' },
        { name: 'day', length: 6, type: 'date', pattern: 'YYMMDD' },
      ],
    },
    line: {
      tag: 'L',
      fields: [
        { name: 'amount', length: 10, type: 'number', sign: 'leading' },
        { name: 'note', start: 23, length: 9 },
      ],
    },
  },
  trailer: {
    tag: 'T',
    fields: [
      { name: 'count', length: 5, type: 'number' },
      { name: 'sum', start: 22, length: 19, type: 'number', decimals: 3, sign: 'trailing' },
    ],
    count: { count: 'all' },
    sum: { sum: 'amount' },
  },
}

function recordsIn(charset: CharsetName, random: () => number): unknown[] {
  const ends = charset.startsWith('cp') ? /[\r\n\u0085]/g : /[\r\n]/g
  const text = (most: number) =>
    randomText(charset, most / 2, random)
      .slice(0, most)
      .replace(ends, '')
  const amount = () => numberOf(`${random() < 0.5 ? '-' : ''}${1 + below(900_000, random)}.${100 + below(900, random)}`)
  const order = () => ({
    record: 'order',
    text: text(12).replace(/ +$/, ''),
    right: text(8).replace(/^ +/, ''),
    amount: amount(),
    ...(random() < 0.5 && { day: '280229' }),
  })
  const line = () => ({ record: 'line', amount: below(1e6, random), note: text(9).replace(/ +$/, '') })
  return Array.from({ length: 15 }, () => (random() < 0.5 ? order() : line()))
}

describe('fixed width of random records', () => {
  for (const charset of charsetOption.enum) {
    for (const separator of ['newline', 'none']) {
      if (charset === 'utf-8' && separator === 'none') continue
      it(`in ${charset}, separated by ${separator}, is read as it was written`, () => {
        for (const newline of ['lf', 'crlf']) {
          const records = recordsOf('fixed', { layout: { ...LAYOUT, separator }, charset, newline })
          for (let seed = 1; seed <= 10; seed++)
            expectRoundTrip(records, recordsIn(charset, randomOf(seed)), { seed, header: { name: 'a' } })
        }
      })
    }
  }

  it('catches a writer that forgets a record, by its trailer', () => {
    const good = recordsOf('fixed', { layout: LAYOUT })
    const wrong: RecordFormat = {
      ...good,
      writer() {
        const inner = good.writer()
        let count = 0
        return { ...inner, record: body => (++count === 5 ? void inner.record(body) : inner.record(body)) ?? new Uint8Array() }
      },
    }
    expect(() => expectRoundTrip(wrong, recordsIn('utf-8', randomOf(1)), { seed: 1, header: { name: 'a' } })).to.throw(
      /the trailer says count: 17, and 16 came with header and trailer/,
    )
  })
})
