import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { root } from '../support/root.ts'
import { recorder } from './terminal.ts'

const fulfilment = join(root, 'examples/order-fulfilment')

async function waybill(dir: string, ...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = recorder(dir)
  const code = await main(args, terminal)
  return { code, out: terminal.printed.join('\n'), err: terminal.noted.join('\n') }
}

describe('waybill try', () => {
  it('tells each step of the way, rule by rule', async () => {
    const { code, out } = await waybill(fulfilment, 'try', '--route', 'orders', '--body', 'samples/order-us.json')
    expect(code).to.equal(0)
    const lines = [
      /^read +rest POST \/v1\/orders, application\/json, \d+ B$/m,
      /^schema +fits schemas\/shop-order\.schema\.json$/m,
      /^transform +map shop-order-to-order {2}\(routes\/orders\.yaml:\d+\)$/m,
      /^ +placedAt +date\(body\.orderDate, "MM\/DD\/YYYY"\) +"2026-11-24"$/m,
      /^ +buyer\.country +countries\[body\.customer\.country\] +"US"$/m,
      /^ +items\[0\]\.amount +round\(line\.quantity \* line\.unitPrice, 2\) +299\.90$/m,
      /^key +SO-2026-0004711 {2}\(body\.id\)$/m,
      /^once +SO-2026-0004711 {2}\(body\.id\)$/m,
      /^ +no +body\.test +to\[2\]\.first\[0\] +routes\/orders\.yaml:\d+$/m,
      /^ +yes +body\.buyer\.country == "US" && body\.total >= 1000 +to\[2\]\.first\[1\] +routes\/orders\.yaml:\d+$/m,
      /^to +warehouse \(warehouse\.ReserveStock\), chosen by to\[0\] {2}\(routes\/orders\.yaml:\d+\)$/m,
      /^ +path :number is SO-2026-0004711$/m,
      /^to +us-priority, chosen by to\[2\]\.first\[1\]/m,
      /^answer +202 accepted$/m,
    ]
    for (const line of lines) expect(out).to.match(line)
  })

  it('takes the folder behind the options, and tells programs the same', async () => {
    const { code, out } = await waybill(root, 'try', '--body', 'samples/order-jp.json', '--header', 'a: 1', '--json', fulfilment)
    expect(code).to.equal(0)
    const trial = JSON.parse(out)
    expect(trial).to.deep.include({ project: 'order-fulfilment', route: 'orders', key: { rule: 'body.id', value: 'SO-2026-0004714' } })
    expect(trial.entries.map(({ entry }: { entry: string }) => entry)).to.deep.equal(['warehouse', 'accounting', 'rest-of-world'])
    expect(trial.answer).to.include({ status: 202 })
  })

  it("tells the fault that the caller gets of the target's failure, how it is made, and of what", async () => {
    const dir = join(root, 'examples/legacy-callers')
    const { out } = await waybill(dir, 'try', '--route', 'orders', '--body', 'samples/place-order-404.soap.xml')
    const lines = [
      /^answer +404 fault CustomerNotFound: The shop does not know this customer$/m,
      /^ +made of TARGET_REFUSED: /m,
      /^ +map problem-to-customer-not-found {2}\(routes\/orders\.yaml:\d+\)$/m,
      /^ +"customer": "C-404",$/m,
    ]
    for (const line of lines) expect(out).to.match(line)
    expect(out.match(/map problem-to-customer-not-found/g)).to.have.length(1)
  })

  describe('on a message that is refused', () => {
    const dir = mkdtempSync(join(tmpdir(), 'waybill-try-'))
    before(() => writeFileSync(join(dir, 'waybill.yaml'), PROJECT))
    after(() => rmSync(dir, { recursive: true }))

    const cases = [
      {
        name: 'a body that cannot be read',
        body: '{',
        lines: [/^read .*: cannot be read$/m, /^answer +400 NOT_READABLE {2}\(waybill\.yaml:11\)$/m],
      },
      {
        name: 'a rule that fails',
        body: '{}',
        lines: [/^ +id +body\.orderId +FAILS: body\.orderId is missing$/m, /^answer +422 MAPPING_FAILED {2}\(waybill\.yaml:13\)$/m],
      },
      {
        name: 'a condition that cannot be evaluated',
        body: '{"orderId":"A"}',
        lines: [
          /^ +fails +body\.total > 0 +to\.first\[0\] +waybill\.yaml:16$/m,
          /^answer +422 CONDITION_FAILED {2}\(waybill\.yaml:16, to\.first\[0\]\)$/m,
        ],
      },
      {
        name: 'no target',
        body: '{"orderId":"A","total":0}',
        lines: [/^ +no +body\.total > 0 /m, /^answer +422 NO_ROUTE {2}\(waybill\.yaml:1[45]\)$/m],
      },
    ]
    for (const { name, body, lines } of cases) {
      it(`says why and where: ${name}`, async () => {
        writeFileSync(join(dir, 'order.json'), body)
        const { code, out } = await waybill(dir, 'try', '--body', 'order.json')
        expect(code).to.equal(1)
        for (const line of lines) expect(out).to.match(line)
      })
    }

    it('leaves nothing behind', () => expect(readdirSync(dir).sort()).to.deep.equal(['order.json', 'waybill.yaml']))
  })

  const usage = [
    { name: 'no body', args: [], err: /--body is missing/ },
    { name: 'a body that is not there', args: ['--body', 'nothing.json'], err: /--body "nothing\.json": there is no such file/ },
    { name: 'an unknown route', args: ['--route', 'order'], err: /no route "order"; did you mean "orders"\?/ },
    { name: 'an unknown source', args: ['--source', '7'], err: /route "orders" has no source "7" \(known: 0: rest POST \/v1\/orders, 1: / },
    {
      name: 'a header that is none',
      args: ['--body', 'waybill.yaml', '--header', 'x'],
      err: /--header is "x"; write it like 'name: value'/,
    },
  ]
  for (const { name, args, err } of usage) {
    it(`ends with 2: ${name}`, async () => {
      const result = await waybill(fulfilment, 'try', ...args)
      expect(result.code).to.equal(2)
      expect(result.err).to.match(err)
    })
  }
})

const PROJECT = `waybill: 1
name: shop
systems:
  warehouse: { rest: 'http://127.0.0.1:1' }
mappings:
  order:
    rules: { id: { value: body.orderId, whenMissing: reject }, total: body.total }
routes:
  orders:
    from:
      - rest: POST /orders
    transform:
      - map: order
    to:
      first:
        - { when: body.total > 0, to: warehouse }
`

const TESTS = `tests:
  all:
    - { test: goes, send: { to: orders, body: { orderId: A, total: 1 } }, expect: { to: { warehouse: {} } } }
    - test: fails
      send: { to: orders, body: {} }
      expect: { answer: { status: 202 } }
`

describe('waybill test', () => {
  for (const example of ['erp-batch', 'legacy-callers', 'nightly-export', 'order-fulfilment', 'quick-start']) {
    it(`runs the tests of ${example} within 2 s`, async () => {
      const begun = performance.now()
      const { code, out } = await waybill(join(root, 'examples', example), 'test')
      expect(performance.now() - begun).to.be.below(2_000)
      expect(code, out).to.equal(0)
      expect(out).to.match(/^✓ .*\n(✓ .*\n)*[\w-]+: \d+ tests passed in /)
    })
  }

  describe('where something differs', () => {
    const dir = mkdtempSync(join(tmpdir(), 'waybill-test-'))
    before(() => {
      writeFileSync(join(dir, 'waybill.yaml'), PROJECT + TESTS)
    })
    after(() => rmSync(dir, { recursive: true }))

    it('tells what was expected and what came, and ends with 1', async () => {
      const { code, out } = await waybill(dir, 'test')
      expect(code).to.equal(1)
      expect(out).to.match(
        /^✓ goes\n✗ fails {2}\(waybill\.yaml:20\)\n {4}answer\.status {2}\(waybill\.yaml:22\)\n {6}expected {2}202\n {6}came {6}422 MAPPING_FAILED: .*\nshop: 1 passed, 1 failed in /,
      )
    })

    it('tells programs the same', async () => {
      const { code, out } = await waybill(dir, 'test', '--json')
      expect(code).to.equal(1)
      const { passed, failed, tests } = JSON.parse(out)
      expect([passed, failed]).to.deep.equal([1, 1])
      expect(tests[1]).to.deep.include({ name: 'fails', passed: false, file: 'waybill.yaml', line: 20 })
    })

    it('leaves nothing behind', () => expect(readdirSync(dir)).to.deep.equal(['waybill.yaml']))
  })
})
