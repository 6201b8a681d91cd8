import { expect } from 'chai'
import { type ServiceDescription, writeWsdl } from '../../../../adapters/soap/wsdl/write.ts'
import { operationNamed, readTexts } from './project.ts'

const service: ServiceDescription = {
  name: 'Orders',
  namespace: 'http://orders.example/v1',
  documentation: 'Orders & <more>',
  address: 'https://orders.example/ws?a=1&b=2',
  schema: `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://orders.example/v1" elementFormDefault="qualified">
  <xs:element name="GetOrder"><xs:complexType><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="GetOrderResponse"><xs:complexType><xs:sequence/></xs:complexType></xs:element>
  <xs:element name="NotFound" type="xs:string"/>
</xs:schema>`,
  operations: [
    {
      name: 'GetOrder',
      documentation: 'One order.',
      input: 'GetOrder',
      output: 'GetOrderResponse',
      faults: [{ name: 'NotFound', element: 'NotFound' }],
    },
    { name: 'Forget', input: 'GetOrder', soapAction: 'urn:forget', faults: [{ name: 'NotFound', element: 'NotFound' }] },
  ],
}

describe('writeWsdl', () => {
  it('writes what is read as it was described, in both versions', () => {
    const { wsdl, faults } = readTexts({ 'a.wsdl': writeWsdl(service) })
    expect(faults).to.deep.equal([])
    expect(wsdl?.ports.map(({ name, version, address }) => [name, version, address])).to.deep.equal([
      ['OrdersSoap', '1.1', service.address],
      ['OrdersSoap12', '1.2', service.address],
    ])
    for (const version of ['1.1', '1.2'] as const) {
      const found = wsdl && operationNamed(wsdl, 'GetOrder', version)
      expect(found).to.deep.include({ soapAction: 'http://orders.example/v1/GetOrder', documentation: 'One order.', style: 'document' })
      expect(found?.input.wrapped && found.output?.wrapped).to.equal(true)
      expect(found?.faults.map(({ name, element }) => [name, element.name.local])).to.deep.equal([['NotFound', 'NotFound']])
      const oneWay = wsdl && operationNamed(wsdl, 'Forget', version)
      expect(oneWay?.output).to.equal(undefined)
      expect(oneWay?.soapAction).to.equal('urn:forget')
    }
  })

  it('writes one version where asked', () => {
    const { wsdl } = readTexts({ 'a.wsdl': writeWsdl({ ...service, versions: ['1.2'] }) })
    expect(wsdl?.ports.map(port => port.version)).to.deep.equal(['1.2'])
  })
})
