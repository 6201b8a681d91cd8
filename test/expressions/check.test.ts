import { expect } from 'chai'
import { compileCondition, compileExpression, fieldsUsed, itemSchemaOf, schemaOf, typeOf } from '../../expressions/compile.ts'
import type { Scope } from '../../expressions/expression.ts'

const order = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  required: ['id', 'customer', 'lines', 'total', 'contact'],
  definitions: {
    line: {
      type: 'object',
      required: ['sku', 'quantity'],
      properties: {
        sku: { type: 'string' },
        quantity: { type: 'integer' },
        discount: { type: 'number' },
        parts: { type: 'array', items: { $ref: '#/definitions/line' } },
      },
    },
    named: { required: ['name'], properties: { name: { type: 'string' } } },
  },
  properties: {
    id: { type: 'string' },
    total: { type: 'number' },
    test: { type: 'boolean' },
    notes: { type: 'string' },
    either: { type: ['string', 'null'] },
    codes: { type: 'array', items: { type: 'string' } },
    customer: { type: 'object', required: ['country'], properties: { country: { type: 'string' }, vip: { type: 'boolean' } } },
    lines: { type: 'array', items: { $ref: '#/definitions/line' } },
    contact: { allOf: [{ $ref: '#/definitions/named' }, { properties: { phone: { type: 'string' } } }] },
    open: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true },
    typed: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
    patterned: { type: 'object', properties: { a: {} }, patternProperties: { '^x-': {} } },
    union: { oneOf: [{ type: 'object', properties: { a: {} } }, { type: 'string' }] },
    far: { $ref: 'https://example.com/other.json' },
    loose: { type: 'object' },
  },
} as const
const scope: Scope = { body: order, headers: true }

function faultsOf(compiled: object): readonly { message: string; offset: number }[] {
  return 'faults' in compiled ? (compiled.faults as { message: string; offset: number }[]) : []
}

const rule = (text: string) => faultsOf(compileExpression(text, scope))
const condition = (text: string) => faultsOf(compileCondition(text, scope))

describe('the check of a rule', () => {
  const faulty: [text: string, offset: number, message: string][] = [
    ['body.custmer.country', 5, 'unknown field "body.custmer"; did you mean "customer"? (known: codes, contact, customer,'],
    ['body.customer.contry', 14, 'unknown field "body.customer.contry"; did you mean "country"? (known: country, vip)'],
    ['body["custmer"]', 0, 'unknown field "body.custmer"; did you mean "customer"?'],
    ['body.?custmer', 6, 'unknown field "body.custmer"; did you mean "customer"?'],
    ['has(body.custmer)', 9, 'unknown field "body.custmer"'],
    ['boddy.id', 0, 'unknown name "boddy"; did you mean "body"? (known: body, headers)'],
    ['body.id.length', 8, 'body.id is a string, which has no field "length"'],
    ['body.lines.sku', 11, 'body.lines is a list, which has no field "sku"'],
    ['body.lines[0].skuu', 14, 'unknown field "body.lines[0].skuu"; did you mean "sku"?'],
    ['body.lines.map(line, line.qty)', 26, 'unknown field "line.qty"'],
    ['body.lines.filter(line, line.quantity > 1).map(l, l.skuu)', 52, 'unknown field "l.skuu"; did you mean "sku"?'],
    ['body.lines[0].parts[0].skuu', 23, 'unknown field "body.lines[0].parts[0].skuu"'],
    ['body.contact.nme', 13, 'unknown field "body.contact.nme"; did you mean "name"? (known: name, phone)'],
    ['lowr(body.id)', 0, 'unknown function "lowr"; did you mean "lower"?'],
    ['body.id.lowr()', 0, 'unknown function "lowr"; did you mean "lower"?'],
    ['now()', 0, 'unknown function "now"'],
    ['exists(body.lines)', 0, 'exists() is called on a list: body.lines.exists(line, ...)'],
    ['lower(body.total)', 6, 'lower(): text must be a string; body.total is a number'],
    ['lower(body.id, 2)', 0, 'lower() got 2 arguments; it is lower(text: string): string'],
    ['round()', 0, 'round() got 0 arguments; it is round(number: number, digits?: number): number'],
    [
      'body.id + body.total',
      0,
      '"+" needs two values of one kind (a number, a string, a list); body.id is a string and body.total is a number',
    ],
    ['body.id * 2', 0, '"*" needs two numbers; body.id is a string'],
    ['-body.id', 1, '"-" needs a number; body.id is a string'],
    ['body.total > "5"', 0, '">" needs two values of one kind'],
    ['body.total == "5"', 0, 'body.total is a number and "5" is a string: always false'],
    ['body.id != 5', 0, 'always true'],
    ['body.total in ["a", "b"]', 0, 'body.total is a number and no item of ["a", "b"] is: always false'],
    ['body.total in body.codes', 0, 'always false'],
    ['"a" in body.id', 7, '"in" needs a list or an object at its right; body.id is a string'],
    ['body.id ? 1 : 2', 0, 'a condition before "?" must be true or false; body.id is a string'],
    ['body.id.exists(x, true)', 0, 'exists() is for lists; body.id is a string'],
    ['body.lines.filter(line, line.sku)', 24, 'the condition of filter() must be true or false; line.sku is a string'],
    ['body.id.orValue("x")', 0, 'orValue() takes 1 arguments and is for optionals, such as body.?x; body.id is none'],
    ['optional.some(1)', 0, 'optional.some() is not known'],
    ['body.id.matches("(")', 0, 'the pattern "(" is not valid'],
    ['date(body.id, "QQ")', 0, 'the date format "QQ" names no part of a date'],
    ['localTime(body.total, "Berlin", "YYYY")', 0, '"Berlin" is no time zone'],
    ['money(body.total, "usd")', 0, 'unknown currency "usd"'],
    ['body.total >', 12, 'EOF'],
    ['!body.x is', 8, 'CEL'],
    ['', 0, 'CEL'],
    ['b"bytes"', 0, 'bytes are not known here'],
    ['{1: 2}', 1, 'names of members are texts; 1 is a number'],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, 60, 'maxDepth'],
    [Array.from({ length: 2_001 }, () => '1').join('+'), 0, 'maxAstNodes'],
  ]
  for (const [text, offset, message] of faulty) {
    it(`finds a fault in ${text.slice(0, 60) || 'an empty text'}`, () => {
      const [fault, ...more] = rule(text)
      expect(more).to.deep.equal([])
      expect(fault?.message).to.contain(message)
      if (text.length < 200) expect(fault?.offset).to.equal(offset)
    })
  }

  const right = [
    'body.notes',
    'lower(body.notes)',
    'body.customer.vip',
    'body.lines[0].discount * 2',
    'body.open.anything',
    'body.typed.anything',
    'body.patterned.anything',
    'body.union.anything',
    'body.far.anything.at.all',
    'body.loose.anything',
    'body.contact.name + body.contact.phone',
    'body.either == null',
    'body.either == "x"',
    'body.notes == null',
    'headers["x-anything"].lower()',
    'body.lines.map(line, {"sku": line.sku, "amount": line.quantity * 2})',
    'body.lines.map(line, line.parts.map(part, part.sku))',
    'body.?notes.orValue("")',
    'body.id.split("-")[0]',
    'splitName(body.contact.name).first',
  ]
  for (const text of right) {
    it(`finds none in ${text}`, () => expect(rule(text)).to.deep.equal([]))
  }

  it('finds all faults, in their order', () => {
    expect(rule('lowr(body.custmer) + boddy.x').map(({ offset }) => offset)).to.deep.equal([0, 10, 21])
  })
})

describe('the check of a condition', () => {
  const faulty: [text: string, message: string][] = [
    [
      'body.notes == "x"',
      'body.notes is optional in the schema; guard it with has(body.notes) or give it a value: body.?notes.orValue(...)',
    ],
    ['body.customer.vip', 'body.customer.vip is optional in the schema; guard it with has(body.customer.vip)'],
    ['body.lines.exists(line, line.discount > 0)', 'line.discount is optional in the schema; guard it with has(line.discount)'],
    ['has(body.notes) || body.notes == "x"', 'body.notes is optional'],
    ['has(body.notes) && body.test', 'body.test is optional'],
    ['has(body.lines[0].discount) && body.lines.exists(line, line.discount > 0)', 'line.discount is optional'],
    ['body.?total > 5', 'body.?total may be absent; give it a value with .orValue(...)'],
    ['body.id', 'a condition yields true or false; body.id is a string'],
    ['body.total + 1', 'a condition yields true or false; body.total + 1 is a number'],
    ['body.id.lower()', 'a condition yields true or false'],
  ]
  for (const [text, message] of faulty) {
    it(`finds a fault in ${text}`, () => {
      const [fault, ...more] = condition(text)
      expect(more).to.deep.equal([])
      expect(fault?.message).to.contain(message)
    })
  }

  const right = [
    'body.total >= 1000 && body.customer.country == "US"',
    'has(body.notes) && body.notes == "x"',
    'body.notes == "x" && has(body.notes)',
    'has(body.notes) && body.total > 1 && body.notes == "x"',
    '!has(body.notes) || body.notes == "x"',
    'has(body.notes) ? body.notes == "x" : false',
    '!has(body.notes) ? true : body.notes == "x"',
    '"notes" in body && body.notes == "x"',
    'body.?notes.hasValue() && body.notes == "x"',
    'body.?notes == "x"',
    'body.?notes.orValue("") == "x"',
    'body.?test.orValue(false)',
    'has(body.customer.vip) && body.customer.vip',
    'body.lines.exists(line, has(line.discount) && line.discount > 0)',
    'coalesce(body.notes, "") == "x"',
    'headers["x-type"] == "order"',
    'body.customer.country in ["DE", "FR"]',
  ]
  for (const text of right) {
    it(`finds none in ${text}`, () => expect(condition(text)).to.deep.equal([]))
  }
})

describe('what is known of a text', () => {
  const kinds: [text: string, kind: string | undefined][] = [
    ['body.id', 'string'],
    ['body.total * 2', 'number'],
    ['body.lines', 'array'],
    ['body.lines[0].quantity', 'number'],
    ['body.customer', 'object'],
    ['body.id == "x"', 'boolean'],
    ['money(body.total, "USD")', 'number'],
    ['body.either', undefined],
    ['headers["x"]', undefined],
    ['body.total > 1 ? "a" : "b"', 'string'],
    ['body.?notes.orValue("")', 'string'],
    ['coalesce(body.id, 1)', undefined],
    ['body.lines.map(l, l.sku)', 'array'],
    ['no CEL', undefined],
  ]
  for (const [text, kind] of kinds) {
    it(`${text} is of kind ${kind}`, () => expect(typeOf(text, scope)).to.equal(kind))
  }

  it("gives the schema of a list's items, with the definitions that it refers to", () => {
    const line = itemSchemaOf('body.lines', scope)
    if (!line) throw new Error('unknown')
    expect(faultsOf(compileExpression('line.parts[0].skuu', { line }))).to.have.length(1)
    expect(schemaOf('body.customer', scope)).to.include({ type: 'object' })
    expect(itemSchemaOf('body.id', scope)).to.equal(undefined)
  })

  it('lists the paths that are read', () => {
    expect(fieldsUsed('has(body.a.b) && lower(headers["x"]) == "y" || body.l.exists(i, i.q > body.n)')).to.have.members([
      'body.a.b',
      'headers.x',
      'body.l',
      'i',
      'i.q',
      'body.n',
    ])
  })
})
