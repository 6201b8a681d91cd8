import { expect } from 'chai'
import type { RecordFormat } from '../../../../transformers/format.ts'
import { charsetOption, encode } from '../../../../transformers/formats/charset.ts'
import { ExactNumber } from '../../../../transformers/json/exact-number.ts'
import { randomText } from '../alphabets.ts'
import { recordsOf } from '../made.ts'
import { below, expectRoundTrip, randomOf } from '../round-trip.ts'

const DIALECTS: readonly Record<string, unknown>[] = [
  {},
  { delimiter: ';', escape: '\\', newline: 'crlf', bom: true },
  { delimiter: '||', quote: "'", comment: '#', trim: true },
  { delimiter: '\t', trim: true, comment: '--', header: ['a', 'b', 'c'] },
]

function recordsIn(charset: (typeof charsetOption.enum)[number], random: () => number): { a: string; b: string; c: string }[] {
  const text = () => randomText(charset, 8, random)
  return Array.from({ length: 12 }, () => ({ a: text(), b: text(), c: text() }))
}

describe('CSV of random records', () => {
  for (const charset of charsetOption.enum) {
    for (const [index, dialect] of DIALECTS.entries()) {
      const { bom, ...rest } = dialect
      const options = { ...rest, charset, ...(bom === true && charset.startsWith('utf') && { bom }) }
      it(`in ${charset}, dialect ${index + 1}, is read as it was written`, () => {
        const records = recordsOf('csv', options)
        for (let seed = 1; seed <= 12; seed++) expectRoundTrip(records, recordsIn(charset, randomOf(seed)), { seed })
      })
    }

    it(`in ${charset}, as lists, is read as it was written`, () => {
      const records = recordsOf('csv', { header: false, charset })
      const random = randomOf(7)
      for (const width of [1, 2, 5]) {
        const row = () => Array.from({ length: width }, () => randomText(charset, 6, random))
        expectRoundTrip(records, Array.from({ length: 20 }, row), { seed: width })
      }
    })
  }

  it('with numbers keeps their texts', () => {
    const random = randomOf(11)
    for (const decimal of ['.', ',']) {
      const records = recordsOf('csv', { header: ['n', 'yes'], types: { n: 'number', yes: 'boolean' }, decimal, delimiter: ';' })
      const number = () =>
        [below(1e6, random), new ExactNumber('12.50'), new ExactNumber(`${below(1e9, random)}00000000000000.10`), -0.5][below(4, random)]
      const bodies = Array.from({ length: 50 }, () => ({ n: number(), yes: random() < 0.5 }))
      expectRoundTrip(records, bodies, { seed: 1 })
    }
  })
})

describe('the round trip', () => {
  const good = recordsOf('csv', {})
  const bodies = recordsIn('utf-8', randomOf(3))
  const wrong: Readonly<Record<string, RecordFormat>> = {
    'a reader that takes each piece for whole records': {
      ...good,
      reader() {
        const inner = good.reader()
        return {
          push: piece => inner.push(piece.length < 40 && piece.at(-1) !== 10 ? Buffer.concat([piece, Buffer.from('\n')]) : piece),
          end: () => inner.end(),
        }
      },
    },
    'a writer that quotes nothing': {
      ...good,
      writer: () => ({ ...good.writer(), record: body => encode('utf-8', `${Object.values(body ?? {}).join(',')}\n`) }),
    },
    'a reader that decodes each piece by itself': {
      ...good,
      reader() {
        const inner = good.reader()
        return { push: piece => inner.push(Buffer.from(Buffer.from(piece).toString('utf8'))), end: () => inner.end() }
      },
    },
  }
  for (const [name, records] of Object.entries(wrong)) {
    it(`catches ${name}`, () => {
      expect(() => expectRoundTrip(records, bodies, { seed: 1 })).to.throw()
    })
  }
})
