import { expect } from 'chai'
import { type Actions, createOperations, type Operations } from '../../../adapters/soap/operations.ts'
import { asGatewayError } from '../../../gateway/errors.ts'
import type { XmlName } from '../../../transformers/xml/events.ts'
import { operationNamed, readFixture, readTexts } from './wsdl/project.ts'
import { changed } from './wsdl/small.ts'

interface Case {
  readonly name: string
  readonly file: string
  readonly payload?: readonly [ns: string, local: string]
  readonly action?: string
  readonly expected: string | RegExp
}

describe('the operations of a WSDL', () => {
  const orders = 'http://orders.example/service'
  const cases: readonly Case[] = [
    { name: 'the payload element', file: 'document-wrapped.wsdl', payload: [orders, 'CancelOrder'], expected: 'CancelOrder' },
    { name: 'an rpc wrapper', file: 'rpc-literal.wsdl', payload: ['http://pricing.example/rpc', 'GetPrice'], expected: 'GetPrice' },
    { name: 'an empty body', file: 'document-bare.wsdl', expected: 'Ping' },
    {
      name: 'nothing for another namespace',
      file: 'document-wrapped.wsdl',
      payload: ['urn:x', 'CancelOrder'],
      expected: /no operation takes/,
    },
    {
      name: 'nothing for another element',
      file: 'document-wrapped.wsdl',
      payload: [orders, 'PlaceOrderResponse'],
      expected: /no operation takes/,
    },
    {
      name: "nothing for the action of another's",
      file: 'document-wrapped.wsdl',
      payload: [orders, 'CancelOrder'],
      action: 'PlaceOrder',
      expected: /the action says PlaceOrder/,
    },
  ]
  for (const { name, file, payload, action, expected } of cases) {
    it(`finds ${name}`, () => {
      const wsdl = readFixture(file)
      const [ns, local] = payload ?? []
      const root = ns === undefined || local === undefined ? undefined : { ns, local }
      const http = action && operationNamed(wsdl, action)?.soapAction
      const found = meant(createOperations(wsdl), root, { http })
      if (typeof expected === 'string') expect(found).to.equal(expected)
      else expect(found).to.match(expected)
    })
  }

  it('goes by the action where several operations take one element', () => {
    const { wsdl } = readTexts({
      'a.wsdl': changed(
        ['</portType>', '<operation name="Two"><input message="tns:AskIn"/></operation></portType>'],
        ['</binding>', '<operation name="Two"><soap:operation soapAction="two"/><input><soap:body/></input></operation></binding>'],
      ),
    })
    if (!wsdl) throw new Error('not read')
    const operations = createOperations(wsdl)
    const payload = { ns: 'urn:small', local: 'Ask' }
    expect(meant(operations, payload, { http: 'two' })).to.equal('Two')
    expect(meant(operations, payload, { http: 'urn:small:Ask' })).to.equal('Ask')
    expect(meant(operations, payload, {})).to.match(/several operations/)
    expect(meant(operations, payload, { http: 'three' })).to.match(/several operations/)
  })

  it('finds operations by name, in a version where asked', () => {
    const wsdl = readFixture('soap12-only.wsdl')
    expect(operationNamed(wsdl, 'Forecast')?.name).to.equal('Forecast')
    expect(operationNamed(wsdl, 'Forecast', '1.1')).to.equal(undefined)
  })
})

/** The operation's name, or what the sender is told. */
function meant(operations: Operations, root: XmlName | undefined, actions: Actions): string {
  try {
    return operations.find(root, actions).described.name
  } catch (error) {
    return asGatewayError(error).detail
  }
}
