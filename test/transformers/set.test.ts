import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import type { Content } from '../../gateway/message.ts'
import { ExactNumber } from '../../transformers/json/exact-number.ts'
import { set } from '../../transformers/set.ts'
import { contentOf, projectOf } from './project.ts'

const path = ['routes', 'x', 'transform', 0, 'set']
const body = {
  region: 'eu',
  count: 3,
  amount: new ExactNumber('12.50'),
  on: true,
  none: null,
  evil: 'a\r\nx-admin: 1',
  list: [1],
  long: 'x'.repeat(9_000),
  euro: '€',
}

function applied(value: unknown): Content {
  const { project, told } = projectOf({})
  const made = set.create(value, { project, path })
  expect(told).to.deep.equal([])
  const content = made?.transform(contentOf(body, { 'x-old': '1', 'x-draft': 'yes' }))
  if (!content || content instanceof Promise) throw new Error('not synchronous')
  return content
}

describe('set', () => {
  const happy = [
    {
      name: 'sets texts, numbers and booleans',
      value: { headers: { 'X-Region': 'body.region', 'x-n': 'body.count', 'x-a': 'body.amount', 'x-on': 'body.on' } },
      headers: { 'x-old': '1', 'x-draft': 'yes', 'x-region': 'eu', 'x-n': '3', 'x-a': '12.50', 'x-on': 'true' },
    },
    { name: 'sets a fixed text', value: { headers: { fixed: '"EU"' } }, headers: { 'x-old': '1', 'x-draft': 'yes', fixed: 'EU' } },
    {
      name: 'takes away by null and by what is absent',
      value: { headers: { 'x-old': 'body.none', 'x-draft': 'body.nowhere' } },
      headers: {},
    },
    { name: 'takes away by name', value: { remove: ['X-Draft'] }, headers: { 'x-old': '1' } },
  ]
  for (const { name, value, headers } of happy) {
    it(name, () => {
      const content = applied(value)
      expect(content.headers).to.deep.equal(headers)
      expect(content.body).to.equal(body)
    })
  }

  const sad = [
    { name: 'line ends', text: 'body.evil', says: 'line ends' },
    { name: 'characters that no header can have', text: 'body.euro', says: 'beyond Latin-1' },
    { name: 'lists', text: 'body.list', says: 'a list cannot stand in a header' },
    { name: 'texts without end', text: 'body.long', says: '9000 characters' },
  ]
  for (const { name, text, says } of sad) {
    it(`rejects ${name}`, () => {
      expect(() => applied({ headers: { 'x-h': text } }))
        .to.throw(GatewayError, says)
        .with.property('code', 'MAPPING_FAILED')
    })
  }

  const faults = [
    {
      name: 'a name that is none',
      value: { headers: { 'x y': '"1"' } },
      code: 'WRONG_VALUE',
      at: ['headers', 'x y'],
      says: 'no name of a header',
    },
    {
      name: 'a header of the connection',
      value: { headers: { 'Transfer-Encoding': '"x"' } },
      code: 'WRONG_VALUE',
      at: ['headers', 'Transfer-Encoding'],
      says: 'belongs to the connection',
    },
    {
      name: "a header of the gateway's own",
      value: { headers: { 'Waybill-Attempt': '"9"' } },
      code: 'WRONG_VALUE',
      at: ['headers', 'Waybill-Attempt'],
      says: "the gateway's own",
    },
    {
      name: 'the removal of such a one',
      value: { remove: ['ok', 'host'] },
      code: 'WRONG_VALUE',
      at: ['remove', 1],
      says: 'belongs to the connection',
    },
    {
      name: 'an expression that does not compile',
      value: { headers: { 'x-h': 'body.' } },
      code: 'EXPRESSION',
      at: ['headers', 'x-h'],
      says: '',
    },
  ]
  for (const { name, value, code, at, says } of faults) {
    it(`tells ${name} when the config is loaded`, () => {
      const { project, told } = projectOf({})
      expect(set.create(value, { project, path })).to.equal(undefined)
      expect(told).to.have.length(1)
      expect(told[0]).to.deep.include({ code, path: [...path, ...at] })
      expect(told[0]?.message).to.contain(says)
    })
  }

  it('knows the schema of the body that goes on', () => {
    const input = { type: 'object', properties: { a: { type: 'string' } } }
    expect(set.create({ headers: { h: 'body.a' } }, { project: projectOf({}).project, path, input })?.output).to.equal(input)
  })
})
