import { expect } from 'chai'
import { parse } from 'yaml'
import { shapeOf } from '../../../../cli/facade/wsdl/shape.ts'
import { rulesOf } from '../../../../cli/facade/wsdl/shape-rules.ts'
import { restSchema } from '../../../../cli/facade/wsdl/shape-schema.ts'
import { toRest } from '../../../../cli/facade/wsdl/shape-value.ts'
import type { JsonSchema } from '../../../../config/project.ts'

const text = { type: 'string' }

function object(properties: JsonSchema, required: readonly string[] = Object.keys(properties)): JsonSchema {
  return { type: 'object', required, additionalProperties: false, properties }
}

function rules(schema: JsonSchema, direction: 'request' | 'answer' = 'request'): unknown {
  return parse(rulesOf(shapeOf(schema), direction)?.join('\n') ?? '')
}

describe('the rules of a facade', () => {
  it('have a line a field, within objects as well', () => {
    expect(rules(object({ id: text, buyer: object({ name: text }) }))).to.deep.equal({ id: 'body.id', 'buyer.name': 'body.buyer.name' })
  })

  it('call an attribute by its bare name and the text beside it value, both ways', () => {
    const schema = object({ price: object({ '@currency': text, $: text }), id: text })
    expect(rules(schema)).to.deep.equal({ 'price.@currency': 'body.price.currency', 'price.$': 'body.price.value', id: 'body.id' })
    expect(rules(schema, 'answer')).to.deep.equal({
      'price.currency': 'body.price["@currency"]',
      'price.value': 'body.price["$"]',
      id: 'body.id',
    })
  })

  it('leave an attribute its name where an element has it', () => {
    expect(rules(object({ '@id': text, id: text }))).to.deep.equal({ '@id': 'body["@id"]', id: 'body.id' })
  })

  it('make each item of a list, in lists as well, by names of their own', () => {
    const schema = object({ lines: { type: 'array', items: object({ lines: { type: 'array', items: object({ sku: text }) } }) } })
    expect(rules(schema)).to.deep.equal({
      lines: { each: 'body.lines', as: 'line', rules: { lines: { each: 'line.lines', as: 'line2', rules: { sku: 'line2.sku' } } } },
    })
  })

  it('quote what expressions take for something else', () => {
    expect(rules(object({ in: text, 'a-b': text }))).to.deep.equal({ in: 'body["in"]', 'a-b': 'body["a-b"]' })
  })

  const whole = [
    { name: 'an object that may be empty, which is not one that is absent', schema: object({ id: text, more: object({ x: text }, []) }) },
    { name: 'what has several forms', schema: object({ id: text, more: { anyOf: [object({ x: text }), { type: 'null' }] } }) },
    { name: 'names with dots', schema: object({ id: text, more: object({ 'x.y': text }) }) },
    { name: 'what contains itself', schema: { ...object({ id: text, more: { $ref: '#/$defs/t' } }), $defs: { t: tree() } }, inner: true },
  ]
  for (const { name, schema, inner } of whole) {
    it(`hand on as it is: ${name}`, () => {
      const wanted = inner
        ? { id: 'body.id', 'more.name': 'body.more.name', 'more.more': 'body.more.more' }
        : { id: 'body.id', more: 'body.more' }
      expect(rules(schema)).to.deep.equal(wanted)
    })
  }

  it('stop at what nobody would review: deeper parts are handed on', () => {
    const wide = object(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, text])))
    const schema = object({ a: wide, b: wide, c: wide, d: wide })
    expect(rules(schema)).to.deep.equal({ a: 'body.a', b: 'body.b', c: 'body.c', d: 'body.d' })
  })

  it('are none where no rule can say the body', () => {
    expect(rulesOf(shapeOf(object({ 'a.b': text })), 'request')).to.equal(undefined)
    expect(rulesOf(shapeOf(text), 'request')).to.equal(undefined)
  })

  it('take an object that stands alone out of its wrapping', () => {
    const schema = object({ document: object({ id: text }) })
    expect(rules(schema)).to.deep.equal({ 'document.id': 'body.id' })
    expect(rules(schema, 'answer')).to.deep.equal({ id: 'body.document.id' })
    expect(restSchema(shapeOf(schema), schema, 'a')).to.deep.include({ properties: { id: text }, required: ['id'] })
    expect(toRest(shapeOf(schema), { document: { id: 'A' } })).to.deep.equal({ id: 'A' })
  })

  it('come with a schema that has the names of REST, and the definitions that it needs alone', () => {
    const schema = { ...object({ '@a': text, more: { $ref: '#/$defs/t' } }), $defs: { t: tree(), unused: text } }
    const made = restSchema(shapeOf(schema), schema, 'A thing')
    expect(made).to.have.property('title', 'A thing')
    expect(Object.keys(made.properties as object)).to.deep.equal(['a', 'more'])
    expect(Object.keys(made.$defs as object)).to.deep.equal(['t'])
  })
})

function tree(): JsonSchema {
  return object({ name: text, more: { $ref: '#/$defs/t' } }, ['name'])
}
