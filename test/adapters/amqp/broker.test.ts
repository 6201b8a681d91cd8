import { expect } from 'chai'
import { brokerName, brokerOf, userOf } from '../../../adapters/amqp/broker.ts'
import { GatewayError } from '../../../gateway/errors.ts'

const OWN = 'amqp://guest:guest@127.0.0.1:5672/%2F'

describe('which broker is meant', () => {
  const same: [string, boolean][] = [
    ['amqp://127.0.0.1', true],
    ['amqp://localhost:5672', true],
    ['amqp://other:secret@LOCALHOST/', true],
    ['amqp://127.0.0.1:5672/%2f?heartbeat=5', true],
    ['amqp://127.0.0.1:5673', false],
    ['amqp://127.0.0.1/shop', false],
    ['amqp://rabbit.example', false],
  ]
  for (const [url, own] of same) {
    it(`${url} is ${own ? "the gateway's own" : 'another'}`, () => expect(brokerOf('x', url, OWN)).to.deep.equal({ url, own }))
  }

  it('is the own one where none is named', () => expect(brokerOf('x', undefined, OWN)).to.deep.equal({ url: OWN, own: true }))

  it('is nowhere with the embedded queue and no url', () => {
    expect(() => brokerOf('source amqp orders of route orders', undefined, undefined))
      .to.throw(GatewayError, 'source amqp orders of route orders names no url')
      .with.property('code', 'CONFIG_INVALID')
  })

  for (const url of ['', 'rabbit.example', 'http://rabbit.example', 'amqp://']) {
    it(`refuses ${JSON.stringify(url)}`, () =>
      expect(() => brokerName(url))
        .to.throw(GatewayError)
        .with.property('code', 'CONFIG_INVALID'))
  }

  it('is named without credentials', () => expect(brokerName('amqps://u:secret@rabbit.example/shop')).to.equal('rabbit.example:5671/shop'))

  it('knows the user', () => {
    expect(userOf('amqp://a%40b:c@h')).to.equal('a@b')
    expect(userOf('amqp://h')).to.equal('guest')
  })
})
