import { expect } from 'chai'
import { compileExpression } from '../../expressions/compile.ts'
import { EvaluationError, type Scope } from '../../expressions/expression.ts'
import { ExactNumber, isExactNumber } from '../../transformers/json/exact-number.ts'

const scope: Scope = { body: true, headers: true, meta: true }
const body = {
  id: 'SO-1',
  total: 1142.35,
  count: 2,
  zero: 0,
  price: 19.99,
  big: new ExactNumber('12345678901234567890'),
  money: new ExactNumber('12.50'),
  test: false,
  nothing: null,
  hostile: `${'a'.repeat(29)}!`,
  customer: { first: 'Ada', last: 'Lovelace', country: 'US', tags: ['a', 'b'] },
  lines: [
    { sku: 'A', quantity: 2, price: 1.1 },
    { sku: 'B', quantity: 1, price: 0.2, note: 'gift' },
  ],
  numbers: [3, 1, 2],
  length: 'long',
}
const variables = { body, headers: { 'x-type': 'order' }, meta: { id: 'm-1' } }

function evaluate(text: string): unknown {
  const compiled = compileExpression(text, scope)
  if ('faults' in compiled) throw new Error(compiled.faults.map(fault => fault.message).join('; '))
  return compiled.expression.evaluate(variables)
}

/** ExactNumbers as `=12.50`, so that tables can show them. */
function shown(value: unknown): unknown {
  if (isExactNumber(value)) return `=${value.text}`
  return Array.isArray(value) ? value.map(shown) : value
}

describe('an expression', () => {
  const cases: [text: string, value: unknown][] = [
    // paths
    ['body.customer.first', 'Ada'],
    ['body["customer"]["first"]', 'Ada'],
    ['headers["x-type"]', 'order'],
    ['body.lines[1].sku', 'B'],
    ['body.lines[body.count - 1].sku', 'B'],
    ['body.nothing', null],
    ['body.length', 'long'],
    ['body.nope', undefined],
    ['body.nope.deeper', undefined],
    ['body.nothing.deeper', undefined],
    ['body.id.deeper', undefined],
    ['body.id.length', undefined],
    ['body.lines.length', undefined],
    ['body.money.text', undefined],
    ['body.constructor', undefined],
    ['body.__proto__', undefined],
    ['body.lines[9].sku', undefined],
    ['body.lines[0].note', undefined],
    ['lower(body.nope)', undefined],
    ['body.nope + 1', undefined],
    ['[body.nope]', undefined],
    ['{"a": body.nope}', undefined],
    // numbers are one kind
    ['body.count * 2', 4],
    ['body.total * 2', 2284.7],
    ['size(body.lines) * body.price', 39.98],
    ['body.total >= 1000', true],
    ['body.count == 2', true],
    ['body.count == 2.0', true],
    ['1 == 1.0', true],
    ['5 / 2', 2.5],
    ['size(body.lines) / 4', 0.5],
    ['7 % 4', 3],
    ['-7 % 4', -3],
    ['5.5 % 2', 1.5],
    ['-body.count', -2],
    ['0.1 + 0.2', 0.3],
    ['0.1 + 0.2 == 0.3', true],
    ['0.3 - 0.1', 0.2],
    ['1.1 * 3', 3.3],
    ['0.3 / 0.1', 3],
    ['10 / 3', 3.3333333333333335],
    ['1e3 + 1', 1001],
    ['0x10', 16],
    ['body.count in [1, 2]', true],
    ['2.0 in [1, 2]', true],
    ['[1, 2.5, "a", null]', [1, 2.5, 'a', null]],
    ['{"a": 1, "b": [2]}', { a: 1, b: [2] }],
    ['size("abc")', 3],
    ['string(body.count)', '2'],
    ['body.lines.map(line, line.quantity * 10)', [20, 10]],
    // exact numbers
    ['body.big', '=12345678901234567890'],
    ['body.big + 1', '=12345678901234567891'],
    ['body.big - body.big', 0],
    ['body.big * 2', '=24691357802469135780'],
    ['-body.big', '=-12345678901234567890'],
    ['body.big == 12345678901234567890', true],
    ['body.big > 12345678901234567889', true],
    ['body.big in [12345678901234567890]', true],
    ['body.money == 12.5', true],
    ['body.money * 2', 25],
    ['body.money / 3', 4.166666666666667],
    ['body.money < 12.51', true],
    ['9007199254740991 + 2', '=9007199254740993'],
    ['text(body.money)', '12.50'],
    ['[body.money, 1]', ['=12.50', 1]],
    // logic
    ['true && !false', true],
    ['body.test || body.count > 1', true],
    ['body.nope == 1 || true', true],
    ['true || body.nope == 1', true],
    ['body.nope == 1 && false', false],
    ['body.nope == 1 && true', undefined],
    ['1 / 0 == 1 || true', true],
    ['body.count > 1 ? "many" : "one"', 'many'],
    ['body.count > 5 ? body.nope : "one"', 'one'],
    ['body.nothing == null', true],
    ['body.id == "SO-1" && body.id != "SO-2"', true],
    ['"a" < "b"', true],
    ['body.customer == {"first": "Ada", "last": "Lovelace", "country": "US", "tags": ["a", "b"]}', true],
    ['[1, 2] == [1.0, 2]', true],
    ['[1] + [2]', [1, 2]],
    ['"a" + "b"', 'ab'],
    ['"first" in body.customer', true],
    ['"nope" in body.customer', false],
    ['"toString" in body.customer', false],
    // guards
    ['has(body.customer)', true],
    ['has(body.nope)', false],
    ['has(body.nope.deeper)', false],
    ['has(body.nothing)', true],
    ['has(body.lines[0].sku)', true],
    ['has(body.nope) && body.nope > 1', false],
    ['body.?customer', body.customer],
    ['body.?nope', undefined],
    ['body.?nope.orValue("x")', 'x'],
    ['body.?nope.deeper.orValue("x")', 'x'],
    ['body.?customer.first.orValue("x")', 'Ada'],
    ['body.?customer.first', 'Ada'],
    ['body[?"customer"].first', 'Ada'],
    ['body.lines[?9].sku.orValue("none")', 'none'],
    ['body.?nope == "x"', false],
    ['body.?nope != "x"', true],
    ['body.?id == "SO-1"', true],
    ['body.?nope.hasValue()', false],
    ['body.?nope.or(body.?id).orValue("x")', 'SO-1'],
    ['optional.of(1).orValue(2)', 1],
    ['optional.none().orValue(2)', 2],
    ['body.nope.?deeper.orValue("x")', undefined],
    // macros
    ['body.lines.exists(line, line.quantity > 1)', true],
    ['body.lines.exists(line, line.quantity > 9)', false],
    ['body.lines.exists(line, line.note == "gift")', true],
    ['body.lines.exists(line, line.note == "none")', undefined],
    ['body.lines.all(line, line.quantity > 0)', true],
    ['body.lines.all(line, line.note == "other")', false],
    ['body.lines.all(line, line.note == "gift")', undefined],
    ['[].all(x, x > 1)', true],
    ['[].exists(x, x > 1)', false],
    ['body.lines.exists_one(line, line.quantity > 1)', true],
    ['body.lines.filter(line, line.quantity > 1).map(line, line.sku)', ['A']],
    ['body.lines.map(line, line.quantity > 1, line.sku)', ['A']],
    ['body.lines.map(line, line.note)', undefined],
    ['body.lines.map(line, line.?note.orValue(""))', ['', 'gift']],
    ['body.customer.exists(name, name == "country")', true],
    [
      '[1, 2].map(a, [10, 20].map(b, a * b))',
      [
        [10, 20],
        [20, 40],
      ],
    ],
    ['[1, 2].map(a, [a].map(a, [a].map(b, a + b)))', [[[2]], [[4]]]],
    ['[1, 2].exists(a, [3, 4].exists(b, a + b == 6))', true],
    // patterns
    ['matches(body.hostile, "^(a+)+$")', false],
    ['body.hostile.matches("^(a+)+!$")', true],
    ['body.id.matches("^SO-[0-9]+$")', true],
    ['body.id.matches("O")', true],
    ['body.id.matches("^" + "SO")', true],
  ]
  for (const [text, value] of cases) {
    it(`${text} is ${value === undefined ? 'absent' : JSON.stringify(value)}`, () => {
      expect(shown(evaluate(text))).to.deep.equal(value)
    })
  }

  const errors: [text: string, message: RegExp][] = [
    ['1 / body.zero', /division by zero/],
    ['1 % body.zero', /division by zero/],
    ['body.id + body.count', /"\+" needs two numbers, two texts or two lists, saw a string and a number; text\(\)/],
    ['body.id * 2', /"\*" needs two numbers, saw a string and a number; number\(\)/],
    ['body.id > 2', /a string and a number have no order/],
    ['body.id && true', /&& needs true or false at both sides, saw a string/],
    ['!body.id', /"!" needs true or false, saw a string/],
    ['-body.id', /"-" needs a number, saw a string/],
    ['body.id ? 1 : 2', /must be true or false, saw a string/],
    ['1 in body.id', /"in" needs a list or an object at its right, saw a string/],
    ['body.lines[0.5]', /a list is indexed with whole numbers from 0, saw 0.5/],
    ['body.lines[-1]', /saw -1/],
    ['body.lines["0"]', /a list is indexed with whole numbers from 0, saw a string/],
    ['body.customer[0]', /an object is indexed with a name, saw 0/],
    ['body.id.exists(x, true)', /a macro needs a list or an object, saw a string/],
    ['body.lines.exists(line, line.sku)', /the condition of a macro must be true or false, saw a string/],
    ['lower(body.count)', /lower\(\): text must be a string, saw a number \(2\)/],
    ['body.id.matches(body.customer.first + "(")', /the pattern "Ada\(" is not valid/],
    ['1e300 * 1e300', /too large/],
  ]
  for (const [text, message] of errors) {
    it(`${text} is an error that says what was seen`, () => {
      expect(() => evaluate(text)).to.throw(EvaluationError, message)
    })
  }

  it('ends, however long the lists within lists are', () => {
    const compiled = compileExpression('body.all(a, body.all(b, body.all(c, true)))', scope)
    if ('faults' in compiled) throw new Error('faults')
    const long = Array.from({ length: 500 }, (_, at) => at)
    expect(() => compiled.expression.evaluate({ body: long })).to.throw(EvaluationError, /more than 1000000 items/)
  })

  it('refuses to calculate with numbers that are too long, and compares them', () => {
    const huge = new ExactNumber('1e9000000')
    const run = (text: string) => {
      const compiled = compileExpression(text, scope)
      if ('faults' in compiled) throw new Error('faults')
      return compiled.expression.evaluate({ body: huge })
    }
    expect(run('body > 1')).to.equal(true)
    for (const text of ['body + 1', 'round(body, 2)', 'body * body']) expect(() => run(text), text).to.throw(EvaluationError, /too long/)
  })

  it('keeps nothing of what it was evaluated with', () => {
    const compiled = compileExpression('body.id', scope)
    if ('faults' in compiled) throw new Error('faults')
    expect(compiled.expression.evaluate({ body: { id: 1 } })).to.equal(1)
    expect(compiled.expression.evaluate({ body: {} })).to.equal(undefined)
    expect(compiled.expression.evaluate({ body: { id: 2 } })).to.equal(2)
  })
})
