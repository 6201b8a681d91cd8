import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { adapters } from '../../adapters/registry.ts'
import { checkExpectations } from '../../config/check-expectations.ts'
import { checkNames } from '../../config/check-names.ts'
import { loadProject } from '../../config/load.ts'
import { runRouteTests } from '../../config/route-tests.ts'
import { compileProject } from '../../routes/compile.ts'
import { formats } from '../../transformers/formats/registry.ts'
import { transformers } from '../../transformers/registry.ts'
import { load } from './temporary-project.ts'

const PROJECT = `waybill: 1
name: shop
systems:
  shelf: { rest: http://127.0.0.1:1, standIn: [{ when: body.sku == "NO", status: 400 }, {}] }
  bank: { file: { folder: bank, name: "'pay-' + string(body.count)" }, format: csv }
  desk: { rest: http://127.0.0.1:1 }
mappings:
  line: { rules: { sku: body.sku, quantity: int(body.quantity) } }
  result: { rules: { file: meta.file.name, bad: body.records.rejected, first: { value: 'body.rejects.size() > 0 ? body.rejects[0].line : 0' } } }
routes:
  orders:
    from: { file: { folder: in }, format: csv }
    split: { each: record, rejects: POLICY }
    once: body.sku
    transform: { map: line }
    to: [shelf, { system: bank, batch: { count: 3, within: 1h } }]
    done: { to: desk, transform: { map: result } }
  packed:
    from: { file: { folder: packed }, format: csv, unpack: gzip }
    split: { each: record }
    transform: { map: line }
    to: shelf
  lines:
    from: { rest: POST /lines }
    split: { each: body.lines, rejects: go-on }
    transform: { map: line }
    to: shelf
`
const good = 'sku,quantity\nA,1\nB,2\n'
const bad = 'sku,quantity\nA,1\nB,two\nA,1\nNO,3\n'

/** The differences of one test that sends a file. */
async function told(text: string, expected: string, { policy = 'go-on', send = '{ to: orders, body: samples/in.csv }' } = {}) {
  const files = {
    'waybill.yaml': PROJECT.replace('POLICY', policy),
    'samples/in.csv': text,
    'samples/in.csv.gz': gzipSync(text),
    'samples/pay.csv': 'sku,quantity\nA,1\nB,2\n',
    'tests/one.yaml': `- test: a test\n  send: ${send}\n  expect: ${expected}\n`,
  }
  const dir = mkdtempSync(join(tmpdir(), 'waybill-tests-'))
  try {
    return await differencesIn(dir, files)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function differencesIn(dir: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> {
  for (const folder of ['tests', 'samples']) mkdirSync(join(dir, folder))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
  const project = loadProject(dir, { adapters, transformers, formats, environment: {} })
  const compiled = compileProject(project)
  expect(project.faults.list()).to.deep.equal([])
  const [result] = await runRouteTests(project, compiled)
  return (result?.differences ?? []).map(({ at, expected, came }) => `${at}: ${expected}, ${came}`)
}

describe('a test of a route that splits', () => {
  const passing = [
    { name: 'the bodies that an entry got', text: good, expected: '{ to: { shelf: [{ sku: A, quantity: 1 }, { sku: B }] }, only: false }' },
    { name: 'what a batch writes', text: good, expected: '{ to: { bank: { body: samples/pay.csv } } }' },
    { name: 'the members of a batch', text: good, expected: '{ to: { bank: [{ sku: A }, { sku: B }] } }' },
    { name: 'no delivery', text: 'sku,quantity\n', expected: '{ to: { shelf: [] } }' },
    { name: 'what each delivery has', text: good, expected: '{ to: { shelf: { state: delivered } } }' },
    {
      name: 'counts and rejects',
      text: bad,
      expected:
        '{ records: { read: 4, accepted: 2, known: 1, rejected: 1, delivered: 1, failed: 1, rejects: [{ number: 2, line: 3, code: MAPPING_FAILED }] } }',
    },
    {
      name: 'what `done` tells',
      text: bad,
      expected: '{ records: { rejected: 1 }, done: { desk: { body: { file: in.csv, bad: 1, first: 3 } } } }',
    },
    {
      name: 'that nothing is accepted',
      text: bad,
      policy: 'all-or-nothing',
      expected: '{ records: { accepted: 0, rejected: 1, error: RECORDS_REJECTED } }',
    },
    {
      name: 'records of a file that is packed',
      text: good,
      send: '{ to: packed, body: samples/in.csv.gz }',
      expected: '{ to: { shelf: [{ sku: A }, { sku: B }] } }',
    },
    {
      name: 'records of a list',
      text: '',
      send: '{ to: lines, body: { lines: [{ sku: A, quantity: 1 }, { sku: B, quantity: x }] } }',
      expected: '{ records: { rejected: 1 }, to: { shelf: [{ sku: A }] } }',
    },
  ]
  for (const { name, text, expected, ...rest } of passing) {
    it(`can expect ${name}`, async () => expect(await told(text, expected, rest)).to.deep.equal([]))
  }

  const failing = [
    { name: 'a record too many', text: good, expected: '{ to: { shelf: [] } }', found: ['to.shelf: 0 deliveries, 2'] },
    { name: 'a record too few', text: good, expected: '{ to: { shelf: [{ sku: A }] } }', found: ['to.shelf: 1 deliveries, 2'] },
    {
      name: 'the line of a file that differs',
      text: 'sku,quantity\nA,1\nB,3\n',
      expected: '{ to: { bank: { body: samples/pay.csv } } }',
      found: ['to.bank.body[2]: "B,2", "B,3"'],
    },
    {
      name: 'a reject that nobody expects',
      text: 'sku,quantity\nA,x\n',
      expected: '{ only: false }',
      found: ['records: no rejected record, 1 of 1, the first: record 1: MAPPING_FAILED'],
    },
    { name: 'another count', text: good, expected: '{ records: { read: 3 } }', found: ['records.read: 3, 2'] },
    {
      name: 'what `done` does not tell',
      text: good,
      expected: '{ done: { desk: { body: { bad: 1 } } } }',
      found: ['done.desk.body.bad: 1, 0'],
    },
  ]
  for (const { name, text, expected, found } of failing) {
    it(`tells ${name}`, async () => {
      const seen = await told(text, expected)
      expect(seen).to.have.length(found.length)
      for (const [index, one] of seen.entries()) expect(one).to.contain(found[index])
    })
  }

  it('tells what only a route that splits can bring about', () => {
    const test = '- test: a test\n  send: { to: lines, body: {} }\n  expect: { done: {}, records: { error: NOTREADABLE } }\n'
    const project = load({ 'waybill.yaml': PROJECT.replace('POLICY', 'go-on'), 'tests/one.yaml': test })
    checkExpectations(project)
    const [first, second, ...others] = project.faults.list().map(({ message }) => message)
    expect(others).to.deep.equal([])
    expect(first).to.equal('route "lines" has no `done`')
    expect(second).to.contain('unknown error code "NOTREADABLE"; did you mean "NOT_READABLE"?')
  })

  it('tells that nothing can be sent to the route of `done`', () => {
    const test = '- test: a test\n  send: { to: orders.done, body: {} }\n  expect: { to: { desk: {} } }\n'
    const project = load({ 'waybill.yaml': PROJECT.replace('POLICY', 'go-on'), 'tests/one.yaml': test })
    checkNames(project, { adapters })
    const [fault, ...others] = project.faults.list()
    expect(others).to.deep.equal([])
    expect(fault).to.include({ code: 'CONFLICT', line: 2 })
    expect(fault?.message).to.equal('route "orders.done" takes the receipts of "orders" alone, and nothing that a test sends')
    expect(fault?.mend).to.equal('send to "orders", and expect what comes of it in `done`')
  })
})
