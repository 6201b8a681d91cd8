import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { compileStandIn } from '../../../adapters/stand-in/rules.ts'
import { createStandIn, standInOutbounds } from '../../../adapters/stand-in/stand-in.ts'
import type { Project, StandInRule, SystemConfig } from '../../../config/project.ts'
import { asGatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import type { Delivery, Outbound } from '../../../gateway/ports.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { projectOf } from '../../transformers/project.ts'

type Rule = Omit<StandInRule, 'path'>

describe('a stand-in', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-stand-in-'))
  const signal = new AbortController().signal

  before(() => {
    mkdirSync(join(dir, 'samples'))
    writeFileSync(join(dir, 'samples', 'reserved.json'), '{"reserved":true}')
    writeFileSync(join(dir, 'samples', 'reserved.xml'), '<reserved/>')
  })

  after(() => rmSync(dir, { recursive: true }))

  function played(...rules: readonly Rule[]) {
    const { project, told } = projectOf({ dir })
    return { project, told, outbound: play(project, systemOf(rules)) }
  }

  async function outcome(outbound: Outbound, delivery: Delivery = deliveryOf()): Promise<unknown> {
    try {
      const answer = await outbound.send(delivery, signal)
      return [answer?.status, answer?.contentType, Buffer.from(answer?.body ?? []).toString()]
    } catch (error) {
      const { code, detail } = asGatewayError(error)
      return `${code} ${detail}`
    }
  }

  const cases: readonly { name: string; rules: readonly Rule[]; delivery?: Partial<Delivery>; expected: unknown }[] = [
    { name: 'says yes without a word where its rule says nothing', rules: [{}], expected: [200, '', ''] },
    { name: 'answers with a status', rules: [{ status: 201 }], expected: [201, '', ''] },
    { name: 'answers with a value as JSON', rules: [{ answer: { ok: true } }], expected: [200, 'application/json', '{"ok":true}'] },
    {
      name: 'answers with a file of JSON',
      rules: [{ answer: 'samples/reserved.json' }],
      expected: [200, 'application/json', '{"reserved":true}'],
    },
    {
      name: 'answers with a file of XML and a status',
      rules: [{ answer: 'samples/reserved.xml', status: 202 }],
      expected: [202, 'application/xml', '<reserved/>'],
    },
    {
      name: 'takes the first rule that holds',
      rules: [{ when: 'body.id == "SO-2"', status: 400 }, { when: 'body.id == "SO-1"', status: 201 }, { status: 500 }],
      expected: [201, '', ''],
    },
    {
      name: 'knows headers, path parameters and the business key',
      rules: [{ when: 'headers["x-region"] == "eu" && meta.path.number == "7" && meta.key == "K"', status: 201 }],
      delivery: { headers: { 'x-region': 'eu' }, params: { number: '7' }, key: 'K' },
      expected: [201, '', ''],
    },
    {
      name: 'knows a body that is no JSON as text',
      rules: [{ when: 'body == "hello"', status: 201 }],
      delivery: { body: Buffer.from('hello'), contentType: 'text/plain' },
      expected: [201, '', ''],
    },
    {
      name: 'refuses by the standard table',
      rules: [{ status: 404, answer: { why: 'unknown' } }],
      expected: 'TARGET_REFUSED the stand-in of warehouse answered 404: {"why":"unknown"}',
    },
    {
      name: 'says that no rule holds',
      rules: [{ when: 'body.id == "SO-2"' }],
      expected: 'TARGET_UNAVAILABLE the stand-in of warehouse answered 501: no rule of the stand-in holds',
    },
    {
      name: 'says which condition it cannot evaluate',
      rules: [{ when: 'body.total > 1' }],
      expected: 'TARGET_REFUSED the stand-in of warehouse: the condition "body.total > 1" cannot be evaluated: body.total is absent',
    },
  ]
  for (const { name, rules, delivery, expected } of cases) {
    it(name, async () => expect(await outcome(played(...rules).outbound, deliveryOf(delivery))).to.deep.equal(expected))
  }

  it('fails as often as it is told, for each delivery anew', async () => {
    const { outbound } = played({ fail: [503, 500], status: 201 })
    const [one, other] = [deliveryOf(), deliveryOf()]
    const failure = (status: number) => `TARGET_UNAVAILABLE the stand-in of warehouse answered ${status}`
    expect(await outcome(outbound, one)).to.equal(failure(503))
    expect(await outcome(outbound, other)).to.equal(failure(503))
    expect(await outcome(outbound, one)).to.equal(failure(500))
    expect(await outcome(outbound, { ...one, entry: 'second' })).to.equal(failure(503))
    expect(await outcome(outbound, one)).to.deep.equal([201, '', ''])
    expect(await outcome(outbound, one)).to.deep.equal([201, '', ''])
  })

  it('plays only the systems that have one', async () => {
    const { project } = projectOf({ dir })
    const others: Outbound = { send: async () => undefined, close: async () => {} }
    const make = standInOutbounds(project, silent, () => others)
    expect(make(systemOf([]), undefined)).to.equal(others)
    expect(make(systemOf([{}]), undefined)).not.to.equal(others)
  })

  const mistakes = [
    {
      name: 'a file that is not there',
      rule: { answer: 'samples/nothing.json' },
      code: 'FILE',
      at: 'answer',
      message: 'cannot be read (ENOENT)',
    },
    { name: 'a condition that does not compile', rule: { when: 'body.id ==' }, code: 'EXPRESSION', at: 'when', message: '' },
    { name: 'a condition over what is not there', rule: { when: 'status == 1' }, code: 'EXPRESSION', at: 'when', message: 'status' },
  ]
  for (const { name, rule, code, at, message } of mistakes) {
    it(`tells, when it is compiled, ${name}`, () => {
      const { told } = played(rule)
      expect(told.map(fault => [fault.code, fault.path])).to.deep.equal([[code, ['systems', 'warehouse', 'standIn', 0, at]]])
      expect(told[0]?.message).to.contain(message)
    })
  }
})

function systemOf(rules: readonly Rule[]): SystemConfig {
  const path = ['systems', 'warehouse']
  const standIn = rules.map((rule, index) => ({ ...rule, path: [...path, 'standIn', index] }))
  return { name: 'warehouse', adapter: 'rest', options: {}, limits: { inFlight: 1 }, operations: {}, settle: [], standIn, path }
}

function play(project: Project, system: SystemConfig): Outbound {
  return createStandIn(system.name, compileStandIn(project, system), { log: silent })
}
