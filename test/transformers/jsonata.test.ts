import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { asGatewayError } from '../../gateway/errors.ts'
import { ExactNumber } from '../../transformers/json/exact-number.ts'
import { jsonata } from '../../transformers/jsonata.ts'
import { contentOf, projectOf } from './project.ts'

const path = ['routes', 'x', 'transform', 0, 'jsonata']

describe('jsonata', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-jsonata-'))
  writeFileSync(join(dir, 'order.jsonata'), '{ "id": orderId }')
  after(() => rmSync(dir, { recursive: true }))

  const run = async (value: unknown, body: unknown) => {
    const { project, told } = projectOf({ dir })
    const made = jsonata.create(value, { project, path })
    expect(told).to.deep.equal([])
    return (await made?.transform(contentOf(body)))?.body
  }

  const happy = [
    {
      name: 'makes a new body',
      value: '{ "id": orderId, "n": $sum(lines.quantity) }',
      body: { orderId: 'x', lines: [{ quantity: 2 }, { quantity: 3 }] },
      makes: { id: 'x', n: 5 },
    },
    { name: 'reads its text from a file', value: { file: 'order.jsonata', timeout: '2s' }, body: { orderId: 'x' }, makes: { id: 'x' } },
    { name: 'yields lists as lists', value: 'lines.sku', body: { lines: [{ sku: 'a' }, { sku: 'b' }] }, makes: ['a', 'b'] },
    { name: 'sees exact numbers as doubles', value: 'total * 2', body: { total: new ExactNumber('12.50') }, makes: 25 },
    { name: 'yields null', value: 'null', body: {}, makes: null },
  ]
  for (const { name, value, body, makes } of happy) {
    it(name, async () => expect(await run(value, body)).to.deep.equal(makes))
  }

  const sad = [
    { name: 'what yields nothing', value: 'nowhere', body: {}, says: 'it yields nothing for this body' },
    { name: 'what fails', value: '"a" + 1', body: {}, says: 'The left side of the "+" operator must evaluate to a number' },
    {
      name: 'a loop without end',
      value: { expression: '($f := function($x) { $f($x + 1) }; $f(1))', timeout: '100ms' },
      body: {},
      says: 'jsonata',
    },
    { name: 'recursion without end', value: '($f := function($x) { 1 + $f($x) }; $f(1))', body: {}, says: 'jsonata' },
    {
      name: 'a pattern that would take years',
      value: { expression: '$match(a, /^(a+)+$/)', timeout: '100ms' },
      body: { a: `${'a'.repeat(60)}!` },
      says: 'it ran for more than 100 ms',
    },
    { name: 'a list beyond all bounds', value: '[1..9000000].[1..10]', body: {}, says: 'jsonata' },
  ]
  for (const { name, value, body, says } of sad) {
    it(`rejects ${name}, and goes on with the next`, async () => {
      const started = performance.now()
      const error = asGatewayError(await run(value, body).catch(cause => cause))
      expect(error.code).to.equal('MAPPING_FAILED')
      expect(error.detail).to.contain(says)
      expect(performance.now() - started).to.be.below(3_000)
      expect(await run('a', { a: 1 })).to.equal(1)
    }).timeout(10_000)
  }

  it('leaves the event loop free while it runs', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 5)
    await run({ expression: '$match(a, /^(a+)+$/)', timeout: '150ms' }, { a: `${'a'.repeat(60)}!` }).catch(() => {})
    clearInterval(timer)
    expect(turns).to.be.above(10)
  })

  const faults = [
    { name: 'a text that is no JSONata', value: '{ "id": ', code: 'EXPRESSION', at: [], says: 'JSONata' },
    { name: 'a file that is not there', value: { file: 'nowhere.jsonata' }, code: 'FILE', at: ['file'], says: 'no file nowhere.jsonata' },
    {
      name: 'a file outside the project',
      value: { file: '../x.jsonata' },
      code: 'FILE',
      at: ['file'],
      says: "not in the project's folder",
    },
    { name: 'both text and file', value: { expression: 'a', file: 'order.jsonata' }, code: 'CONFLICT', at: [], says: 'here are both' },
    { name: 'neither text nor file', value: { timeout: '1s' }, code: 'CONFLICT', at: [], says: 'here are neither' },
  ]
  for (const { name, value, code, at, says } of faults) {
    it(`tells ${name} when the config is loaded`, () => {
      const { project, told } = projectOf({ dir })
      expect(jsonata.create(value, { project, path })).to.equal(undefined)
      expect(told[0]).to.deep.include({ code, path: [...path, ...at] })
      expect(told[0]?.message).to.contain(says)
    })
  }
})
