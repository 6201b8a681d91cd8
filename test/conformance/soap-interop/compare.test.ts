import { expect } from 'chai'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'
import { type Client, suite } from './cases.ts'
import { isSeen } from './compare.ts'

describe('the comparison of what a SOAP client saw', () => {
  const [fixture] = suite
  const cases: readonly {
    readonly name: string
    readonly client?: Client
    readonly sent: unknown
    readonly seen: unknown
    readonly same: boolean
  }[] = [
    { name: 'takes numbers by their value', sent: { a: new ExactNumber('1.00') }, seen: { a: '1' }, same: true },
    {
      name: 'finds a number that was bent',
      sent: { a: new ExactNumber('18446744073709551615') },
      seen: { a: '18446744073709552000' },
      same: false,
    },
    { name: 'finds a lost leading zero', sent: { a: '00123' }, seen: { a: '123' }, same: false },
    { name: 'finds a list of one that became a scalar', sent: { a: [{ b: 'x' }] }, seen: { a: { b: 'x' } }, same: false },
    { name: 'finds nil that became absent', sent: { a: null, b: '' }, seen: { b: '' }, same: false },
    { name: 'finds empty that became nil', sent: { a: '' }, seen: { a: null }, same: false },
    { name: 'lets zeep off with that', client: 'zeep', sent: { a: null, b: '' }, seen: {}, same: true },
    { name: 'finds a lost member, also for zeep', client: 'zeep', sent: { a: 1, b: 'x' }, seen: { a: '1' }, same: false },
    { name: 'finds a lost type', sent: { '@type': 'Truck', a: 'x' }, seen: { a: 'x' }, same: false },
    { name: 'finds a changed order', sent: { $items: [{ a: 1 }, { b: 2 }] }, seen: { $items: [{ b: '2' }, { a: '1' }] }, same: false },
    { name: 'finds another namespace in open content', sent: { $any: ['<a xmlns="urn:a"/>'] }, seen: { $any: ['<a/>'] }, same: false },
    {
      name: 'takes open content by its canonical form',
      sent: { $any: ['<a xmlns="urn:a"/>'] },
      seen: { $any: ["<a xmlns='urn:a'></a>"] },
      same: true,
    },
  ]
  for (const { name, client = 'java', sent, seen, same } of cases) {
    it(name, () => {
      if (!fixture?.operations[0]) throw new Error('the suite is empty')
      expect(isSeen(client, sent, seen, { fixture, version: '1.1', operation: fixture.operations[0] })).to.equal(same)
    })
  }
})
