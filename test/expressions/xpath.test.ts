import { expect } from 'chai'
import { compileCondition, compileExpression } from '../../expressions/compile.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import { libxml2, loadLibxml2 } from '../../transformers/libxml2/library.ts'
import { prepareTransformers } from '../../transformers/prepare.ts'
import { hostileXml } from '../transformers/hostile-xml.ts'
import { orderXml } from '../transformers/temporary-files.ts'

const scope = { body: true } as const
const NS = '{"o": "urn:shop:orders:v1"}'

function evaluate(text: string, body: unknown): unknown {
  const compiled = compileExpression(text, scope)
  if ('faults' in compiled) throw new Error(compiled.faults.map(fault => fault.message).join('; '))
  return compiled.expression.evaluate({ body })
}

describe('xpath()', () => {
  before(loadLibxml2)
  const order = Buffer.from(orderXml(3))

  const cases: [text: string, value: unknown][] = [
    [`xpath(body, "/o:Order/o:Id", ${NS})`, 'SO-1'],
    [`xpath(body, "//o:Line[2]/@number", ${NS})`, '2'],
    [`xpath(body, "//o:Sku", ${NS})`, 'ABC-1000'],
    [`xpath(body, "//o:Nope", ${NS})`, undefined],
    [`xpath(body, "string(//o:Nope)", ${NS})`, ''],
    [`xpath(body, "count(//o:Line)", ${NS})`, 3],
    [`xpath(body, "sum(//o:Quantity) > 5", ${NS})`, true],
    [`xpath(body, "boolean(//o:Nope)", ${NS})`, false],
    ['xpath(body, "local-name(/*)")', 'Order'],
    [`body.xpath("/o:Order/o:Id", ${NS}) + "-x"`, 'SO-1-x'],
    [`coalesce(xpath(body, "//o:Nope", ${NS}), "none")`, 'none'],
  ]
  for (const [text, value] of cases) {
    it(`${text} is ${JSON.stringify(value)}`, () => expect(evaluate(text, order)).to.equal(value))
  }

  it('decides in conditions', () => {
    const compiled = compileCondition(`xpath(body, "/o:Order/o:Country", ${NS}) == "US"`, scope)
    expect('condition' in compiled && compiled.condition({ body: order })).to.equal(true)
  })

  it('is kept apart from one document to the next, and frees them', async () => {
    const size = (): number => libxml2().HEAPU8.length
    const text = `xpath(body, "/o:Order/o:Id", ${NS})`
    const run = async (times: number): Promise<number> => {
      for (let at = 0; at < times; at++) {
        expect(evaluate(text, Buffer.from(orderXml(200, { 'SO-1': `SO-${at}` })))).to.equal(`SO-${at}`)
        if (at % 10 === 0) await new Promise(setImmediate)
      }
      return size()
    }
    const before = await run(20)
    expect(await run(400)).to.equal(before)
  })

  const faults: [text: string, message: string, offset: number][] = [
    ['1 + xpath(body, "/a[")', 'it does not parse (Invalid', 16],
    ['xpath(body, "foo(/a)")', 'unknown function "foo"', 12],
    ['xpath(body, "document(1)")', 'unknown function "document"', 12],
    ['xpath(body, "$x")', 'there are no variables in it', 12],
    [`xpath(body, "/p:a", ${NS})`, 'the prefix "p" has no namespace', 12],
    ['xpath(body, "/a", "urn:x")', 'namespaces must be an object', 18],
    ['xpath(body, 3)', 'path must be a string', 12],
    [`xpath(body, "${'/a'.repeat(600)}")`, 'at most 1000 characters', 12],
  ]
  for (const [text, message, offset] of faults) {
    it(`is a fault of the config: ${text.slice(0, 40)}`, () => {
      const compiled = compileExpression(text, scope)
      expect('faults' in compiled && compiled.faults[0]?.message).to.contain(message)
      expect('faults' in compiled && compiled.faults[0]?.offset).to.equal(offset)
    })
  }

  it('takes what only looks like a prefix or a function', () => {
    expect(evaluate(`xpath(body, "//o:*[self::o:Id][not(. = 'x:y(')]", ${NS})`, order)).to.equal('SO-1')
  })

  it('says that a body which was read already has fields', () => {
    expect(() => evaluate('xpath(body, "/a")', { a: 1 })).to.throw('format: bytes')
    expect(() => evaluate('xpath(body, "number(/a)")', Buffer.from('<a>x</a>'))).to.throw('yields NaN')
  })

  for (const { name, xml, code, says } of hostileXml) {
    it(`refuses ${name}`, () => {
      try {
        evaluate('xpath(body, "string(/)")', Buffer.from(xml))
      } catch (error) {
        expect(asGatewayError(error).code).to.equal(code)
        return expect(asGatewayError(error).detail).to.contain(says)
      }
      throw new Error('it was taken')
    })
  }
})

describe('prepareTransformers', () => {
  it('looks for what needs libxml2, and takes a project that needs nothing', async () => {
    await prepareTransformers({ dir: '/nowhere', routes: {}, systems: {}, mappings: {} })
  })
})
