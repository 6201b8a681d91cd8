import { expect } from 'chai'
import type { FaultCode, Path } from '../../../config/faults.ts'
import { compileMapping } from '../../../transformers/map.ts'
import { projectOf } from '../project.ts'

const order = {
  type: 'object',
  required: ['orderId', 'lines'],
  additionalProperties: false,
  properties: {
    orderId: { type: 'string' },
    total: { type: 'number' },
    lines: { type: 'array', items: { $ref: '#/definitions/line' } },
  },
  definitions: {
    line: { type: 'object', additionalProperties: false, properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } },
  },
}
const model = {
  type: 'object',
  required: ['id', 'buyer'],
  properties: {
    id: { type: 'string' },
    total: { type: 'number' },
    note: { type: ['string', 'null'] },
    buyer: { type: 'object', required: ['name', 'country'], properties: { name: { type: 'string' }, country: { $ref: 'country.json' } } },
    items: { type: 'array', items: { allOf: [{ $ref: '#/$defs/item' }] } },
    free: { type: 'object' },
  },
  $defs: { item: { required: ['sku'], properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } } },
}
const schemas = { 'order.json': order, 'model.json': model, 'country.json': { type: 'string', pattern: '^[A-Z]{2}$' } }
const good = { id: 'body.orderId', 'buyer.name': { is: 'x' }, 'buyer.country': { table: 'countries', key: 'body.orderId' } }

function faultsOf(rules: Readonly<Record<string, unknown>>) {
  const { project, told } = projectOf({
    schemas,
    tables: { countries: { US: 'US' }, rates: { a: 1 } },
    mappings: { m: { from: 'order.json', to: 'model.json', rules } },
  })
  const mapping = compileMapping(project, 'm')
  return { mapping, told }
}

describe('the check of a mapping', () => {
  it('finds nothing wrong with rules that fit', () => {
    const items = { each: 'body.lines', as: 'line', rules: { sku: 'line.sku', quantity: 'line.quantity * 2' } }
    const { mapping, told } = faultsOf({ ...good, total: 'body.total', items, 'free.anything.goes': 'body.total' })
    expect(told).to.deep.equal([])
    expect(mapping?.output).to.deep.include({ type: 'object' })
  })

  const line = (rules: object, more: object = {}) => ({ ...good, items: { each: 'body.lines', as: 'line', rules, ...more } })
  const cases: { name: string; rules: Readonly<Record<string, unknown>>; code: FaultCode; at: Path; says: string; mend?: string }[] = [
    {
      name: 'a field that the target lacks',
      rules: { ...good, totl: 'body.total' },
      code: 'MAPPING',
      at: ['totl'],
      says: 'model.json has no field "totl"; did you mean "total"?',
    },
    {
      name: 'a field within a field that the target lacks',
      rules: { ...good, 'buyer.nam': 'body.orderId' },
      code: 'MAPPING',
      at: ['buyer.nam'],
      says: 'no field "buyer.nam"; did you mean "name"?',
    },
    {
      name: 'a field of a list that the target lacks',
      rules: line({ sku: 'line.sku', qty: 'line.quantity' }),
      code: 'MAPPING',
      at: ['items', 'rules', 'qty'],
      says: 'no field "qty"',
    },
    {
      name: 'a required field without a rule',
      rules: { 'buyer.name': 'body.orderId', 'buyer.country': { is: 'US' } },
      code: 'MAPPING',
      at: [],
      says: 'no rule for "id"',
      mend: 'Add a rule for "id".',
    },
    {
      name: 'a required field within a field without a rule',
      rules: { id: 'body.orderId', 'buyer.name': 'body.orderId' },
      code: 'MAPPING',
      at: [],
      says: 'no rule for "buyer.country"',
    },
    {
      name: 'a required field of a list without a rule',
      rules: line({ quantity: 'line.quantity' }),
      code: 'MAPPING',
      at: ['items', 'rules'],
      says: 'no rule for "sku"',
    },
    { name: 'a source field that is not there', rules: { ...good, id: 'body.ordrId' }, code: 'EXPRESSION', at: ['id'], says: 'ordrId' },
    {
      name: 'a field of a list item that is not there',
      rules: line({ sku: 'line.skuu' }),
      code: 'EXPRESSION',
      at: ['items', 'rules', 'sku'],
      says: 'skuu',
    },
    { name: 'an unknown function', rules: { ...good, id: 'lowr(body.orderId)' }, code: 'EXPRESSION', at: ['id'], says: 'lowr' },
    {
      name: 'a text where a number belongs',
      rules: { ...good, total: 'body.orderId' },
      code: 'MAPPING',
      at: ['total'],
      says: 'the rule yields text, but "total" of model.json is a number',
    },
    {
      name: 'a constant that does not fit',
      rules: { ...good, id: { is: 5 } },
      code: 'MAPPING',
      at: ['id', 'is'],
      says: 'yields a number, but "id" of model.json is text',
    },
    {
      name: 'a table whose values do not fit',
      rules: { ...good, id: { table: 'rates', key: 'body.orderId' } },
      code: 'MAPPING',
      at: ['id', 'table'],
      says: 'yields a number',
    },
    {
      name: 'a default that does not fit',
      rules: { ...good, total: { value: 'body.total', default: 'none' } },
      code: 'MAPPING',
      at: ['total', 'default'],
      says: 'the default is text',
    },
    {
      name: 'null where it cannot stand',
      rules: { ...good, total: { value: 'body.total', whenMissing: null } },
      code: 'MAPPING',
      at: ['total', 'whenMissing'],
      says: 'cannot be null',
    },
    {
      name: 'a required field that is to be left out',
      rules: { ...good, id: { value: 'body.orderId', whenMissing: 'omit' } },
      code: 'MAPPING',
      at: ['id', 'whenMissing'],
      says: 'requires "id"',
    },
    {
      name: 'an unknown table',
      rules: { ...good, 'buyer.country': { table: 'contries', key: 'body.orderId' } },
      code: 'UNKNOWN_NAME',
      at: ['buyer.country', 'table'],
      says: 'unknown table "contries"; did you mean "countries"?',
    },
    {
      name: 'two rules for one place',
      rules: { ...good, buyer: { is: {} } },
      code: 'CONFLICT',
      at: ['buyer.name'],
      says: '"buyer" has a rule of its own',
    },
    {
      name: 'a rule without an origin',
      rules: { ...good, total: { note: 'x' } },
      code: 'MISSING',
      at: ['total'],
      says: 'needs one of value, is, table, each',
    },
    {
      name: 'the broken rule of a required field',
      rules: { ...good, id: { valu: 'body.orderId' } },
      code: 'UNKNOWN_KEY',
      at: ['id', 'valu'],
      says: 'did you mean "value"?',
    },
    {
      name: 'a rule with two origins',
      rules: { ...good, total: { value: 'body.total', is: 1 } },
      code: 'CONFLICT',
      at: ['total', 'is'],
      says: 'here is value as well',
    },
    {
      name: 'an unknown key of a rule',
      rules: { ...good, total: { valu: 'body.total' } },
      code: 'UNKNOWN_KEY',
      at: ['total', 'valu'],
      says: 'did you mean "value"?',
    },
    {
      name: 'a key that needs another',
      rules: { ...good, total: { value: 'body.total', key: 'body.total' } },
      code: 'CONFLICT',
      at: ['total', 'key'],
      says: 'beside "table" only',
    },
    {
      name: 'a word that is not allowed',
      rules: { ...good, total: { value: 'body.total', whenMissing: 'rejct' } },
      code: 'WRONG_VALUE',
      at: ['total', 'whenMissing'],
      says: 'did you mean "reject"?',
    },
    {
      name: 'an item without a name',
      rules: { ...good, items: { each: 'body.lines', rules: { sku: { is: 'x' } } } },
      code: 'MISSING',
      at: ['items'],
      says: '"each" needs "as"',
    },
    {
      name: 'an item that takes a name of the gateway',
      rules: { ...good, items: { each: 'body.lines', as: 'body', rules: { sku: { is: 'x' } } } },
      code: 'WRONG_VALUE',
      at: ['items', 'as'],
      says: '"body" cannot name the item',
    },
    {
      name: 'a list where a rule belongs',
      rules: { ...good, total: [1] },
      code: 'WRONG_TYPE',
      at: ['total'],
      says: 'a rule is an expression or an object',
    },
    {
      name: 'a field name that is none',
      rules: { ...good, 'items[0].sku': 'body.orderId' },
      code: 'WRONG_VALUE',
      at: ['items[0].sku'],
      says: 'is no field',
    },
    {
      name: 'a field name that would reach a prototype',
      rules: { ...good, '__proto__.x': 'body.orderId' },
      code: 'WRONG_VALUE',
      at: ['__proto__.x'],
      says: 'is no field',
    },
    {
      name: 'a length that is none',
      rules: { ...good, id: { value: 'body.orderId', maxLength: '20' } },
      code: 'WRONG_TYPE',
      at: ['id', 'maxLength'],
      says: 'a whole number',
    },
  ]
  for (const { name, rules, code, at, says, mend } of cases) {
    it(`tells ${name}, and nothing else`, () => {
      const { mapping, told } = faultsOf(rules)
      expect(mapping).to.equal(undefined)
      expect(told.map(fault => fault.message)).to.have.length(1)
      expect(told[0]).to.deep.include({ code, path: ['mappings', 'm', 'rules', ...at], ...(mend && { mend }) })
      expect(told[0]?.message).to.contain(says)
    })
  }

  it('compiles a mapping once for all routes that use it', () => {
    const { project } = projectOf({ schemas, tables: { countries: {} }, mappings: { m: { from: 'order.json', rules: good } } })
    expect(compileMapping(project, 'm', {})).to.equal(compileMapping(project, 'm'))
  })
})
