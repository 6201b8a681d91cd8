import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { adapters } from '../../adapters/registry.ts'
import { checkExpectations } from '../../config/check-expectations.ts'
import { checkNames } from '../../config/check-names.ts'
import { differences, inWords } from '../../config/compare.ts'
import { loadProject } from '../../config/load.ts'
import { runRouteTests, type TestResult } from '../../config/route-tests.ts'
import { compileProject } from '../../routes/compile.ts'
import { formats } from '../../transformers/formats/registry.ts'
import { ExactNumber } from '../../transformers/json/exact-number.ts'
import { transformers } from '../../transformers/registry.ts'
import { type Files, load } from './temporary-project.ts'

describe('comparing a body with what a test expects', () => {
  const cases: readonly { name: string; expected: unknown; value: unknown; found: readonly string[] }[] = [
    { name: 'an object with more members', expected: { a: 1 }, value: { a: 1, b: 2 }, found: [] },
    { name: 'numbers by their value', expected: { a: 12.5 }, value: { a: new ExactNumber('12.50') }, found: [] },
    { name: 'a missing member', expected: { a: { b: null } }, value: { a: {} }, found: ['a.b: null, nothing'] },
    { name: 'another number', expected: { a: 1 }, value: { a: new ExactNumber('1.01') }, found: ['a: 1, 1.01'] },
    { name: 'a number and a text', expected: { a: 1 }, value: { a: '1' }, found: ['a: 1, "1"'] },
    { name: 'items in part', expected: [{ a: 1 }], value: [{ a: 1, b: 2 }], found: [] },
    { name: 'an item at its index', expected: [{ a: 1 }, { a: 2 }], value: [{ a: 1 }, { a: 3 }], found: ['1.a: 2, 3'] },
    { name: 'a longer list', expected: [1], value: [1, 2], found: [': a list of 1, a list of 2'] },
    { name: 'a list for an object', expected: { a: {} }, value: { a: [] }, found: ['a: {}, []'] },
    { name: 'an inherited member', expected: { constructor: 1 }, value: {}, found: ['constructor: 1, nothing'] },
  ]
  for (const { name, expected, value, found } of cases) {
    it(`looks at ${name}`, () => {
      expect(differences(expected, value, []).map(one => `${one.path.join('.')}: ${one.expected}, ${one.came}`)).to.deep.equal(found)
    })
  }

  it('clips what is long', () => expect(inWords('x'.repeat(500))).to.have.length(160))
})

const PROJECT = `waybill: 1
name: shop
systems:
  warehouse:
    rest: http://127.0.0.1:1
    settle:
      - { when: status == 409, as: delivered }
    standIn:
      - { when: body.id == "BAD", status: 400 }
      - { when: body.id == "KNOWN", status: 409 }
      - { when: body.id == "NEVER", status: 503 }
      - { fail: [503, 503], status: 201 }
  books:
    rest: http://127.0.0.1:1
  stock:
    rest: http://127.0.0.1:1
    standIn:
      - { when: body.sku == "NONE", status: 404 }
      - { answer: { free: 3 } }
routes:
  orders:
    from:
      - rest: POST /orders
      - rest: { method: PUT, path: /orders/:id }
        transform: [{ jsonata: '$merge([$, { "id": "PUT" }])' }]
    transform: [{ set: { headers: { x-shop: 'headers["x-shop"]' } } }]
    to:
      first:
        - { when: has(body.test), to: none, because: tests stay here }
        - { when: body.total > 0, to: [warehouse, { system: books, when: body.total > 100 }] }
  stock:
    from: { rest: POST /stock }
    to: { system: stock, answer: [{ jsonata: '{ "available": free }' }] }
    reply: { within: 5s }
  find:
    from: { rest: GET /stock/:sku }
    to: { system: stock, transform: [{ map: asked }], answer: [{ jsonata: '{ "available": free }' }] }
    reply: { within: 5s }
  soap:
    from: { soap: /stock }
    to: { system: stock, transform: [{ jsonata: '{ "sku": Ask.sku }' }], answer: [{ jsonata: '{ "Free": "3" }' }] }
    reply: { within: 5s }
    faults:
      - { when: status == 404, text: nobody knows it }
mappings:
  asked: { rules: { sku: meta.path.sku, site: meta.query.site } }
`

/** The result of one test of the project. */
async function resultOf(test: string, more: Files = {}): Promise<TestResult> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-tests-'))
  try {
    for (const folder of ['tests', 'samples']) mkdirSync(join(dir, folder))
    const files = { 'waybill.yaml': PROJECT, 'tests/one.yaml': `- test: a test\n${test}`, ...more }
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
    const project = loadProject(dir, { adapters, transformers, formats, environment: {} })
    const compiled = compileProject(project)
    expect(project.faults.list()).to.deep.equal([])
    const [result] = await runRouteTests(project, compiled)
    if (!result) throw new Error('no test ran')
    return result
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function tests(send: string, expected: string): string {
  return `  send: ${send}\n  expect: ${expected}\n`
}

describe('a route test', () => {
  const order = '{ to: orders, body: { id: A, total: 150 } }'
  const passing = [
    {
      name: 'the answer and each entry',
      send: order,
      expected: '{ answer: { status: 202, body: { state: accepted } }, to: { warehouse: { body: { id: A } }, books: {} }, only: true }',
    },
    {
      name: 'a refusal with its code',
      send: '{ to: orders, body: { id: A, total: -1 } }',
      expected: '{ answer: { status: 422, code: NO_ROUTE }, only: true }',
    },
    {
      name: 'what is filtered, with its reason',
      send: '{ to: orders, body: { test: true } }',
      expected: '{ because: tests stay here, answer: { body: { state: filtered } }, only: true }',
    },
    {
      name: 'headers that the route sets',
      send: '{ to: orders, body: { id: A, total: 150 }, headers: { X-Shop: berlin } }',
      expected: '{ to: { books: { headers: { X-Shop: berlin } } } }',
    },
    {
      name: 'another source',
      send: '{ to: orders, body: { total: 1 }, source: 1, path: { id: "7" } }',
      expected: '{ to: { warehouse: { body: { id: PUT } } } }',
    },
    {
      name: 'a message without a body, by its path and query',
      send: '{ to: find, path: { sku: A-1 }, query: { site: MAIN } }',
      expected: '{ answer: { status: 200, body: { available: 3 } }, to: { stock: { body: { sku: A-1, site: MAIN } } } }',
    },
    {
      name: 'a delivery that the target refuses',
      send: '{ to: orders, body: { id: BAD, total: 1 } }',
      expected: '{ to: { warehouse: { state: dead } } }',
    },
    {
      name: 'a delivery that the target never takes',
      send: '{ to: orders, body: { id: NEVER, total: 1 } }',
      expected: '{ to: { warehouse: { state: dead } } }',
    },
    {
      name: 'an answer that a settle rule reads',
      send: '{ to: orders, body: { id: KNOWN, total: 1 } }',
      expected: '{ to: { warehouse: {} } }',
    },
    {
      name: "the target's mapped answer",
      send: '{ to: stock, body: { sku: X } }',
      expected: '{ answer: { status: 200, body: { available: 3 } }, to: { stock: {} } }',
    },
    {
      name: "the target's refusal",
      send: '{ to: stock, body: { sku: NONE } }',
      expected: '{ answer: { status: 502, code: TARGET_REFUSED } }',
    },
    {
      name: "the fault that the route's faults make of it",
      send: '{ to: soap, body: { Ask: { sku: NONE } } }',
      expected: '{ answer: { status: 404, fault: { code: Client, text: nobody knows it }, body: { detail: nobody knows it } } }',
    },
  ] as const
  for (const { name, send, expected } of passing) {
    it(`can expect ${name}`, async () =>
      expect(await resultOf(tests(send, expected)))
        .to.have.property('differences')
        .deep.equal([]))
  }

  const failing = [
    { name: 'a value', send: order, expected: '{ to: { books: { body: { total: 151 } } } }', found: ['to.books.body.total: 151, 150'] },
    { name: 'a status', send: order, expected: '{ answer: { status: 422 } }', found: ['answer.status: 422, 202'] },
    {
      name: 'a code',
      send: '{ to: orders, body: { total: 0 } }',
      expected: '{ answer: { code: SCHEMA_INVALID } }',
      found: ["answer.code: SCHEMA_INVALID, 422 NO_ROUTE: route orders has no target for this message: no entry's condition holds"],
    },
    {
      name: 'an entry that got nothing',
      send: '{ to: orders, body: { id: A, total: 1 } }',
      expected: '{ to: { books: {} } }',
      found: ['to.books: a delivery, nothing: it went to warehouse'],
    },
    {
      name: 'an entry too many',
      send: order,
      expected: '{ to: { books: {} }, only: true }',
      found: ['only: no other entry, warehouse, chosen by to.first[1][0]'],
    },
    {
      name: 'another reason',
      send: '{ to: orders, body: { test: true } }',
      expected: '{ because: no }',
      found: ['because: "no", "tests stay here"'],
    },
    { name: 'a reason that there is not', send: order, expected: '{ because: no }', found: ['because: "no", it went to warehouse, books'] },
    {
      name: 'a delivery that dies',
      send: '{ to: orders, body: { id: BAD, total: 1 } }',
      expected: '{ to: { warehouse: {} } }',
      found: ['to.warehouse.state: delivered, dead: TARGET_REFUSED the stand-in of warehouse answered 400'],
    },
    {
      name: 'another text of a fault',
      send: '{ to: soap, body: { Ask: { sku: NONE } } }',
      expected: '{ answer: { fault: { text: gone } } }',
      found: ['answer.fault.text: "gone", "nobody knows it"'],
    },
    {
      name: 'a status that is a fault',
      send: '{ to: soap, body: { Ask: { sku: NONE } } }',
      expected: '{ answer: { status: 200 } }',
      found: ['answer.status: 200, 404 Client: nobody knows it'],
    },
    {
      name: 'an answer that should be a fault',
      send: '{ to: soap, body: { Ask: { sku: A } } }',
      expected: '{ answer: { fault: Unknown } }',
      found: ['answer.fault: a fault, 200'],
    },
    {
      name: 'a refusal that nobody expects, once',
      send: '{ to: orders, body: [] }',
      expected: '{ to: { books: {} }, only: true }',
      found: ['answer: no refusal, 422 CONDITION_FAILED'],
    },
  ]
  for (const { name, send, expected, found } of failing) {
    it(`tells ${name} with what came`, async () => {
      const { differences: seen } = await resultOf(tests(send, expected))
      expect(seen).to.have.length(found.length)
      for (const [index, one] of seen.entries()) expect(`${one.at}: ${one.expected}, ${one.came}`).to.contain(found[index])
    })
  }

  it('tells the place of the test and of what it expected', async () => {
    const result = await resultOf(
      '  send: { to: orders, body: { id: A, total: 1 } }\n  expect:\n    to:\n      warehouse:\n        body:\n          id: B\n',
    )
    expect(result).to.include({ name: 'a test', file: 'tests/one.yaml', line: 1, column: 3 })
    expect(result.differences[0]).to.include({ at: 'to.warehouse.body.id', file: 'tests/one.yaml', line: 7 })
  })

  it('takes bodies from files, to send and to expect', async () => {
    const files = { 'samples/in.json': '{"id":"A","total":1.10}', 'samples/out.json': '{"id":"A","total":1.1}' }
    const test = tests('{ to: orders, body: samples/in.json }', '{ to: { warehouse: { body: samples/out.json } } }')
    expect(await resultOf(test, files))
      .to.have.property('differences')
      .deep.equal([])
  })
})

describe('an expectation that nothing can meet', () => {
  const cases = [
    {
      name: 'an unknown entry',
      expected: '{ to: { bocks: {} } }',
      fault: ['UNKNOWN_NAME', 3, 'route "orders" has no entry "bocks"; did you mean "books"?'],
    },
    {
      name: 'an unknown code',
      expected: '{ answer: { code: NO_ROOT } }',
      fault: ['UNKNOWN_NAME', 3, 'unknown error code "NO_ROOT"; did you mean "NO_ROUTE"?'],
    },
    {
      name: 'a code with the status of another',
      expected: '{ answer: { status: 400, code: NO_ROUTE } }',
      fault: ['CONFLICT', 3, 'NO_ROUTE is answered with 422, never with 400'],
    },
    {
      name: 'an unknown key',
      expected: '{ anser: { status: 400 } }',
      fault: ['UNKNOWN_KEY', 3, 'unknown key "anser" in "expect"; did you mean "answer"?'],
    },
    {
      name: 'an unknown key of a delivery',
      expected: '{ to: { books: { bdy: {} } } }',
      fault: ['UNKNOWN_KEY', 3, 'unknown key "bdy" in an expected delivery; did you mean "body"?'],
    },
    {
      name: 'a reason beside an entry',
      expected: '{ because: x, to: { books: {} } }',
      fault: ['CONFLICT', 3, 'a message with a reason why nothing is sent goes to no entry'],
    },
  ] as const
  for (const { name, expected, fault } of cases) {
    it(`is a fault at its place: ${name}`, () => {
      const project = load({ 'waybill.yaml': PROJECT, 'tests/one.yaml': `- test: a test\n${tests('{ to: orders, body: {} }', expected)}` })
      checkNames(project, { adapters })
      checkExpectations(project)
      const [told, ...others] = project.faults.list()
      expect(others).to.deep.equal([])
      expect([told?.code, told?.line, told?.file]).to.deep.equal([fault[0], fault[1], 'tests/one.yaml'])
      expect(told?.message).to.contain(fault[2])
    })
  }
})
