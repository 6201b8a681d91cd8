import { expect } from 'chai'
import { GatewayError } from '../../../gateway/errors.ts'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'
import { createValidator, schemaFile } from '../../../transformers/validate.ts'
import { projectOf } from '../project.ts'

function errorOf(action: () => void): GatewayError | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  return undefined
}

const exact = (text: string) => new ExactNumber(text)
const DRAFT_07 = { $schema: 'http://json-schema.org/draft-07/schema#' }

describe('validate', () => {
  const cases: { name: string; schema: object; body: unknown; errors?: object[] }[] = [
    { name: 'a body that fits', schema: { type: 'object', required: ['a'] }, body: { a: 1 } },
    {
      name: 'every place that does not fit, with its rule',
      schema: {
        type: 'object',
        required: ['id'],
        properties: { lines: { items: { properties: { n: { type: 'integer' } } } }, c: { enum: ['EUR', 'USD'] } },
      },
      body: { lines: [{ n: 1 }, { n: 'x' }], c: 'DM' },
      errors: [
        { pointer: '', rule: 'required', message: "must have required property 'id'" },
        { pointer: '/lines/1/n', rule: 'type', message: 'must be integer, not string' },
        { pointer: '/c', rule: 'enum', message: 'must be equal to one of the allowed values: "EUR", "USD"' },
      ],
    },
    {
      name: 'a name that is not allowed',
      schema: { properties: {}, additionalProperties: false },
      body: { x: 1 },
      errors: [{ pointer: '', rule: 'additionalProperties', message: 'must NOT have additional properties: "x"' }],
    },
    { name: 'formats', schema: { format: 'date' }, body: '2026-02-30', errors: [{ pointer: '', rule: 'format' }] },
    {
      name: 'draft-07 tuples',
      schema: { ...DRAFT_07, items: [{ type: 'string' }], additionalItems: false },
      body: ['a', 'b'],
      errors: [{ pointer: '', rule: 'additionalItems' }],
    },
    {
      name: '2020-12 tuples, also where no draft is named',
      schema: { prefixItems: [{ type: 'string' }], items: false },
      body: ['a', 'b'],
      errors: [{ rule: 'items' }],
    },
    { name: 'cents by multipleOf', schema: { multipleOf: 0.01 }, body: 19.99 },
    { name: 'half a cent by multipleOf', schema: { multipleOf: 0.01 }, body: 19.995, errors: [{ rule: 'multipleOf' }] },
    {
      name: 'equal items whatever the order of their members',
      schema: { uniqueItems: true },
      body: [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      errors: [{ rule: 'uniqueItems' }],
    },
    { name: 'an exact number as a number', schema: { properties: { n: { type: 'number' } } }, body: { n: exact('0.1234567890123456789') } },
    {
      name: 'an exact number that is whole as an integer',
      schema: { properties: { n: { type: 'integer' } } },
      body: { n: exact('12345678901234567890') },
    },
    {
      name: 'an amount with zeros as a number',
      schema: { properties: { n: { type: 'number', multipleOf: 0.01, minimum: 12.5 } } },
      body: { n: exact('12.50') },
    },
    { name: 'a number beyond all doubles', schema: { items: { type: 'integer', minimum: 1 } }, body: [exact('1e400')] },
    {
      name: 'no integer in a long fraction',
      schema: { items: { type: 'integer' } },
      body: [exact('12345678901234567890.5')],
      errors: [{ pointer: '/0', rule: 'type' }],
    },
    {
      name: 'a bound that only the exact number passes',
      schema: { items: { maximum: 9007199254740992 } },
      body: [exact('9007199254740993')],
      errors: [{ pointer: '/0', rule: 'maximum', message: 'must be <= 9007199254740992' }],
    },
    { name: 'multipleOf of an exact number', schema: { items: { multipleOf: 10 } }, body: [exact('12345678901234567890')] },
    {
      name: 'no multiple in an exact number',
      schema: { items: { multipleOf: 10 } },
      body: [exact('12345678901234567891')],
      errors: [{ rule: 'multipleOf' }],
    },
    {
      name: 'items that differ in far digits',
      schema: { uniqueItems: true },
      body: [exact('0.12345678901234567891'), exact('0.12345678901234567892')],
    },
    {
      name: 'an exact number where a text belongs',
      schema: { items: { type: 'string' } },
      body: [exact('1.50')],
      errors: [{ rule: 'type', message: 'must be string, not number' }],
    },
    {
      name: 'an exact number where an object belongs',
      schema: { items: { type: 'object' } },
      body: [exact('1.50')],
      errors: [{ rule: 'type' }],
    },
  ]
  for (const { name, schema, body, errors } of cases) {
    it(`${errors ? 'refuses' : 'takes'} ${name}`, () => {
      const error = errorOf(() => createValidator({ ...schema }, 'x.json')(body))
      expect(error?.code).to.equal(errors && 'SCHEMA_INVALID')
      for (const [index, expected] of (errors ?? []).entries()) expect(error?.extras.errors?.[index]).to.deep.include(expected)
      expect(error?.extras.errorCount).to.equal(errors?.length)
    })
  }

  it('keeps 50 places, and counts them all', () => {
    const body = Array.from({ length: 200 }, () => 'x')
    const error = errorOf(() => createValidator({ items: { type: 'number' } })(body))
    expect(error?.extras.errors).to.have.length(50)
    expect(error?.extras.errorCount).to.equal(200)
  })

  it('looks for one fault only where a body is large', () => {
    const error = errorOf(() => createValidator({ items: { type: 'number' } })(Array.from({ length: 300_000 }, () => 'x')))
    expect(error?.extras.errorCount).to.equal(1)
    expect(error?.detail).to.contain('only the first fault was looked for')
  })

  it('compares 100,000 items with each other in no time', () => {
    const body = Array.from({ length: 100_000 }, (_, id) => ({ id }))
    const started = performance.now()
    createValidator({ uniqueItems: true })(body)
    expect(performance.now() - started).to.be.below(3_000)
  })
})

describe('schema files', () => {
  const files = {
    'schemas/order.json': {
      $id: 'https://example.com/order',
      properties: { buyer: { $ref: 'party.json#/definitions/party' }, total: { $ref: '../models/money.json' } },
    },
    'schemas/party.json': {
      ...DRAFT_07,
      definitions: {
        party: { properties: { id: { $ref: '#/definitions/id' }, parent: { $ref: '#/definitions/party' } } },
        id: { type: 'string' },
      },
    },
    'models/money.json': { type: 'object', properties: { order: { $ref: '../schemas/order.json' }, amount: { type: 'number' } } },
    'self.json': {
      $id: 'https://example.com/self',
      $defs: { a: { type: 'string' } },
      items: { $ref: 'https://example.com/self#/$defs/a' },
    },
    'bundled.json': {
      $defs: { a: { $id: '/parts/a', $defs: { t: { type: 'string' } }, allOf: [{ $ref: '#/$defs/t' }] } },
      items: { $ref: '/parts/a' },
    },
    'remote.json': { items: { $ref: 'https://example.com/other.json' } },
    'outside.json': { items: { $ref: '../../etc/passwd' } },
    'absent.json': { items: { $ref: 'nowhere.json' } },
    'dangling.json': { items: { $ref: '#/$defs/x' } },
    'wrong.json': { type: 'strnig' },
    'slow.json': { pattern: '^(?!a)(b+)+$' },
    'old.json': { $schema: 'http://json-schema.org/draft-04/schema#' },
    'literal.json': { properties: { $ref: { type: 'string' }, x: { const: { $ref: 'http://not.a.ref/' } } } },
  }
  const happy = [
    {
      file: 'schemas/order.json',
      good: { buyer: { id: 'x', parent: { id: 'y' } }, total: { amount: 1, order: { total: { amount: 2 } } } },
      bad: { total: { order: { buyer: { parent: { id: 1 } } } } },
      pointer: '/total/order/buyer/parent/id',
    },
    { file: 'self.json', good: ['x'], bad: [1], pointer: '/0' },
    { file: 'bundled.json', good: ['x'], bad: [1], pointer: '/0' },
    { file: 'literal.json', good: { $ref: 'x' }, bad: { $ref: 1 }, pointer: '/$ref' },
  ]
  for (const { file, good, bad, pointer } of happy) {
    it(`follows the references of ${file} inside the project`, () => {
      const { project, told } = projectOf({ schemas: files })
      const made = schemaFile(project, file, ['x'])
      expect(told).to.deep.equal([])
      made?.validate(good)
      expect(errorOf(() => made?.validate(bad))?.extras.errors?.[0]?.pointer).to.equal(pointer)
    })
  }

  const sad = [
    { file: 'remote.json', code: 'SCHEMA', says: 'leads out of the project; nothing is read from the network' },
    { file: 'outside.json', code: 'SCHEMA', says: "leads out of the project's folder" },
    { file: 'absent.json', code: 'FILE', says: 'no file nowhere.json' },
    { file: 'dangling.json', code: 'SCHEMA', says: '#/$defs/x' },
    { file: 'wrong.json', code: 'SCHEMA', says: 'wrong.json: schema is invalid' },
    { file: 'slow.json', code: 'SCHEMA', says: 'cannot run in linear time' },
    { file: 'old.json', code: 'SCHEMA', says: 'allowed are draft-07 and 2020-12' },
  ]
  for (const { file, code, says } of sad) {
    it(`refuses ${file} when the config is loaded`, () => {
      const { project, told } = projectOf({ schemas: files })
      expect(schemaFile(project, file, ['routes', 'x'])).to.equal(undefined)
      expect(told[0]).to.deep.include({ code, path: ['routes', 'x'] })
      expect(told[0]?.message).to.contain(says)
    })
  }

  it('compiles a file once for all who name it', () => {
    const { project } = projectOf({ schemas: files })
    expect(schemaFile(project, 'self.json', ['a'])).to.equal(schemaFile(project, './self.json', ['b']))
  })
})
