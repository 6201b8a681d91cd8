import { expect } from 'chai'
import { createDispatcher, operationNamed } from '../../../../adapters/soap/wsdl/describe.ts'
import type { SoapVersion } from '../../../../adapters/soap/wsdl/model.ts'
import { readFixture, readTexts } from './project.ts'
import { changed } from './small.ts'

interface Case {
  readonly name: string
  readonly file: string
  readonly payload?: readonly [ns: string, local: string]
  readonly action?: string
  readonly version?: SoapVersion
  readonly expected: string | undefined
}

describe('createDispatcher', () => {
  const orders = 'http://orders.example/service'
  const cases: readonly Case[] = [
    { name: 'the payload element', file: 'document-wrapped.wsdl', payload: [orders, 'CancelOrder'], expected: 'CancelOrder' },
    { name: 'an rpc wrapper', file: 'rpc-literal.wsdl', payload: ['http://pricing.example/rpc', 'GetPrice'], expected: 'GetPrice' },
    { name: 'an empty body', file: 'document-bare.wsdl', expected: 'Ping' },
    { name: 'nothing for another namespace', file: 'document-wrapped.wsdl', payload: ['urn:x', 'CancelOrder'], expected: undefined },
    { name: 'nothing for another element', file: 'document-wrapped.wsdl', payload: [orders, 'PlaceOrderResponse'], expected: undefined },
    {
      name: 'nothing in a version without a port',
      file: 'document-wrapped.wsdl',
      payload: [orders, 'CancelOrder'],
      version: '1.2',
      expected: undefined,
    },
  ]
  for (const { name, file, payload, action, version = '1.1', expected } of cases) {
    it(`finds ${name}`, () => {
      const dispatch = createDispatcher(readFixture(file))
      const [ns, local] = payload ?? []
      expect(dispatch(ns === undefined || local === undefined ? undefined : { ns, local }, action, version)?.name).to.equal(expected)
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
    const dispatch = createDispatcher(wsdl)
    const payload = { ns: 'urn:small', local: 'Ask' }
    expect(dispatch(payload, 'two', '1.1')?.name).to.equal('Two')
    expect(dispatch(payload, 'urn:small:Ask', '1.1')?.name).to.equal('Ask')
    expect(dispatch(payload, undefined, '1.1')).to.equal(undefined)
    expect(dispatch(payload, 'three', '1.1')).to.equal(undefined)
  })

  it('finds operations by name, in a version where asked', () => {
    const wsdl = readFixture('soap12-only.wsdl')
    expect(operationNamed(wsdl, 'Forecast')?.name).to.equal('Forecast')
    expect(operationNamed(wsdl, 'Forecast', '1.1')).to.equal(undefined)
  })
})
