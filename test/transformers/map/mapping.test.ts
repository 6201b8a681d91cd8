import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'
import { compileMapping, explainMapping, type Mapping } from '../../../transformers/map.ts'
import { contentOf, projectOf } from '../project.ts'

const tables = { countries: { US: 'USA', DE: 'DEU' }, rates: { a: 1.5 } }

function mappingOf(rules: Readonly<Record<string, unknown>>, schemas: Readonly<Record<string, unknown>> = {}): Mapping {
  const files = { ...('from' in schemas && { from: 'from' }), ...('to' in schemas && { to: 'to' }) }
  const { project, told } = projectOf({ tables, schemas, mappings: { m: { rules, ...files } } })
  const mapping = compileMapping(project, 'm')
  expect(told).to.deep.equal([])
  if (!mapping) throw new Error('no mapping')
  return mapping
}

function errorOf(mapping: Mapping, body: unknown): GatewayError {
  try {
    mapping.apply(contentOf(body))
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('it did not fail')
}

const requires = (...names: readonly string[]) => ({
  to: { required: names, properties: Object.fromEntries(names.map(name => [name, {}])) },
})

describe('map', () => {
  const cases: { name: string; rules: Readonly<Record<string, unknown>>; body: unknown; to?: object; makes: unknown }[] = [
    { name: 'moves fields', rules: { id: 'body.orderId' }, body: { orderId: 'x' }, makes: { id: 'x' } },
    {
      name: 'makes fields within fields, in the order of the rules',
      rules: { 'a.b': 'body.x', c: 'body.x', 'a.d.e': 'body.x' },
      body: { x: 1 },
      makes: { a: { b: 1, d: { e: 1 } }, c: 1 },
    },
    {
      name: 'writes constants',
      rules: { a: { is: 'EUR' }, b: { is: { c: [1] } }, c: { is: null } },
      body: {},
      makes: { a: 'EUR', b: { c: [1] }, c: null },
    },
    { name: 'takes numbers and booleans as the expressions that they are', rules: { a: 5, b: true }, body: {}, makes: { a: 5, b: true } },
    {
      name: 'looks up tables',
      rules: { c: { table: 'countries', key: 'body.c' }, r: { table: 'rates', key: 'body.r' } },
      body: { c: 'DE', r: 'a' },
      makes: { c: 'DEU', r: 1.5 },
    },
    {
      name: 'leaves out what is missing',
      rules: { a: 'body.a', 'b.c': 'body.x.y', d: { table: 'countries', key: 'body.c' }, e: { table: 'countries', key: '"XX"' } },
      body: {},
      makes: {},
    },
    {
      name: 'takes nothing from a prototype',
      rules: { a: 'body.constructor', b: { table: 'countries', key: '"toString"' } },
      body: {},
      makes: {},
    },
    { name: 'keeps a null that is there', rules: { a: 'body.a' }, body: { a: null }, makes: { a: null } },
    {
      name: 'writes the default, or null, or what is empty',
      rules: {
        a: { value: 'body.x', default: 'none' },
        b: { value: 'body.x', whenMissing: null },
        c: { value: 'body.x', whenMissing: 'null' },
        d: { value: 'body.x', whenMissing: 'empty' },
        e: { each: 'body.x', as: 'i', rules: { a: 'i' }, whenMissing: 'empty' },
      },
      body: {},
      makes: { a: 'none', b: null, c: null, d: '', e: [] },
    },
    {
      name: 'knows from the schema what is empty',
      rules: { a: { value: 'body.x', whenMissing: 'empty' }, b: { value: 'body.x', whenMissing: 'empty' } },
      to: { properties: { a: { type: 'array' }, b: { type: 'object' } } },
      body: {},
      makes: { a: [], b: {} },
    },
    {
      name: 'maps lists within lists',
      rules: {
        items: {
          each: 'body.lines',
          as: 'line',
          rules: { sku: 'line.sku', of: 'body.id', parts: { each: 'line.parts', as: 'part', rules: { n: 'part', sku: 'line.sku' } } },
        },
      },
      body: { id: 7, lines: [{ sku: 'a', parts: [1, 2] }, { sku: 'b' }] },
      makes: {
        items: [
          {
            sku: 'a',
            of: 7,
            parts: [
              { n: 1, sku: 'a' },
              { n: 2, sku: 'a' },
            ],
          },
          { sku: 'b', of: 7 },
        ],
      },
    },
    {
      name: 'trims by characters, not by halves of them',
      rules: { a: { value: 'body.a', maxLength: 2, whenLonger: 'trim' } },
      body: { a: '😀😀😀' },
      makes: { a: '😀😀' },
    },
    {
      name: 'leaves alone what is short enough',
      rules: { a: { value: 'body.a', maxLength: 3 } },
      body: { a: '😀😀😀' },
      makes: { a: '😀😀😀' },
    },
    {
      name: 'leaves out an optional object that gets nothing, though a field of it is required',
      rules: { 'buyer.name': 'body.name', 'buyer.mail': 'body.mail' },
      to: { properties: { buyer: { required: ['name'], properties: { name: {}, mail: {} } } } },
      body: {},
      makes: {},
    },
    {
      name: 'carries exact numbers',
      rules: { a: 'body.a' },
      body: { a: new ExactNumber('12345678901234567890') },
      makes: { a: new ExactNumber('12345678901234567890') },
    },
  ]
  for (const { name, rules, body, to, makes } of cases) {
    it(name, () => {
      const made = mappingOf(rules, to ? { to } : {}).apply(contentOf(body))
      expect(made).to.deep.equal(makes)
      expect(JSON.stringify(made)).to.equal(JSON.stringify(makes))
    })
  }

  const sad: { name: string; rules: Readonly<Record<string, unknown>>; body: unknown; to?: object; errors: object[] }[] = [
    {
      name: 'what the target requires and the source lacks',
      rules: { id: 'body.orderId' },
      ...requires('id'),
      body: {},
      errors: [{ pointer: '/id', rule: 'body.orderId', message: 'body.orderId is missing' }],
    },
    {
      name: 'a required field of an object that is there',
      rules: { 'buyer.name': 'body.name', 'buyer.mail': 'body.mail' },
      to: { properties: { buyer: { required: ['name'], properties: { name: {}, mail: {} } } } },
      body: { mail: 'x' },
      errors: [{ pointer: '/buyer/name' }],
    },
    {
      name: 'a key that the table lacks, where the rule says so',
      rules: { c: { table: 'countries', key: 'body.c', whenMissing: 'reject' } },
      body: { c: 'XX' },
      errors: [{ pointer: '/c', rule: 'countries[body.c]', message: 'table "countries" has no key "XX"' }],
    },
    {
      name: 'a key that is no text',
      rules: { c: { table: 'countries', key: 'body.c' } },
      body: { c: [] },
      errors: [{ pointer: '/c', message: 'the key of table "countries" is a text; there is a list' }],
    },
    {
      name: 'a text that is too long',
      rules: { a: { value: 'body.a', maxLength: 2 } },
      body: { a: 'abc' },
      errors: [{ pointer: '/a', message: 'the text has 3 characters; at most 2 are allowed' }],
    },
    {
      name: 'what is no list',
      rules: { a: { each: 'body.a', as: 'x', rules: { b: 'x' } } },
      body: { a: {} },
      errors: [{ pointer: '/a', message: 'each needs a list; there is an object' }],
    },
    {
      name: 'every rule that fails, with its place',
      rules: {
        id: { value: 'body.id', whenMissing: 'reject' },
        'a~.b/c': { value: 'body.x', whenMissing: 'reject' },
        items: { each: 'body.lines', as: 'line', rules: { sku: { value: 'line.sku', whenMissing: 'reject' } } },
      },
      body: { lines: [{ sku: 1 }, {}] },
      errors: [{ pointer: '/id' }, { pointer: '/a~0/b~1c' }, { pointer: '/items/1/sku', rule: 'line.sku' }],
    },
  ]
  for (const { name, rules, body, to, errors } of sad) {
    it(`rejects ${name}`, () => {
      const error = errorOf(mappingOf(rules, to ? { to } : {}), body)
      expect(error.code).to.equal('MAPPING_FAILED')
      expect(error.extras.errorCount).to.equal(errors.length)
      for (const [index, expected] of errors.entries()) expect(error.extras.errors?.[index]).to.deep.include(expected)
    })
  }

  it('ends at the 50th fault of a body', () => {
    const rules = { items: { each: 'body.lines', as: 'line', rules: { sku: { value: 'line.sku', whenMissing: 'reject' } } } }
    const error = errorOf(mappingOf(rules), { lines: Array.from({ length: 200_000 }, () => ({})) })
    expect(error.extras.errorCount).to.equal(50)
    expect(error.extras.errors?.at(-1)?.pointer).to.equal('/items/49/sku')
  })

  it('tells rule by rule what it does with a body', () => {
    const rules = {
      id: 'body.orderId',
      country: { table: 'countries', key: 'body.c', whenMissing: 'reject', note: 'by ISO 3166' },
      comment: { value: 'body.notes', default: '-' },
      phone: 'body.phone',
      items: { each: 'body.lines', as: 'line', rules: { sku: 'line.sku' } },
    }
    expect(explainMapping(mappingOf(rules), contentOf({ orderId: 'x', c: 'XX', lines: [{ sku: 'a' }, {}] }))).to.deep.equal([
      { field: 'id', rule: 'body.orderId', value: 'x' },
      { field: 'country', rule: 'countries[body.c]', note: 'by ISO 3166', error: 'table "countries" has no key "XX"' },
      { field: 'comment', rule: 'body.notes', value: '-', missing: 'body.notes is missing: the default is written' },
      { field: 'phone', rule: 'body.phone', missing: 'body.phone is missing: the field is left out' },
      { field: 'items[0].sku', rule: 'line.sku', value: 'a' },
      { field: 'items[1].sku', rule: 'line.sku', missing: 'line.sku is missing: the field is left out' },
    ])
  })
})
