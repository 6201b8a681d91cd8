import { expect } from 'chai'
import { compileCondition } from '../../expressions/compile.ts'
import type { Scope } from '../../expressions/expression.ts'
import { GatewayError } from '../../gateway/errors.ts'

const scope: Scope = { body: true }

function decide(text: string, body: unknown): boolean {
  const compiled = compileCondition(text, scope)
  if ('faults' in compiled) throw new Error(compiled.faults.map(fault => fault.message).join('; '))
  return compiled.condition({ body })
}

describe('a condition', () => {
  it('yields true or false', () => {
    expect(decide('body.total >= 1000', { total: 1142.35 })).to.equal(true)
    expect(decide('body.total >= 1000', { total: 12 })).to.equal(false)
    expect(decide('body.test', { test: true })).to.equal(true)
  })

  const failures: [text: string, body: unknown, why: string][] = [
    ['body.total > 0', {}, 'body.total is absent'],
    ['body.customer.country == "US"', {}, 'body.customer is absent'],
    ['body.customer.country == "US"', { customer: {} }, 'body.customer.country is absent'],
    ['body.lines[2].sku == "A"', { lines: [] }, 'body.lines[2] is absent'],
    ['body.lines.exists(line, line.gift)', { lines: [{}] }, 'line.gift is absent'],
    ['!body.test', {}, 'body.test is absent'],
    ['body.test', { test: 'yes' }, 'it yields neither true nor false'],
    ['body.test', { test: null }, 'it yields neither true nor false'],
    ['body.total > 0', { total: '12' }, 'a string and a number have no order; compare two numbers or two strings'],
    ['body.total / 0 > 1', { total: 1 }, 'division by zero'],
  ]
  for (const [text, body, why] of failures) {
    it(`is an error where ${why}`, () => {
      expect(() => decide(text, body))
        .to.throw(GatewayError, `the condition ${JSON.stringify(text)} cannot be evaluated: ${why}`)
        .with.property('code', 'CONDITION_FAILED')
    })
  }

  it('names what is missing now, not what was missing before', () => {
    const compiled = compileCondition('body.a == 1 && body.b == 2', scope)
    if ('faults' in compiled) throw new Error('faults')
    expect(() => compiled.condition({ body: { b: 2 } })).to.throw(/body.a is absent/)
    expect(() => compiled.condition({ body: { a: 1 } })).to.throw(/body.b is absent/)
  })
})
