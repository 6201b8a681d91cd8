import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadWsdl } from '../../../../adapters/soap/wsdl/load.ts'
import type { WsdlOperation } from '../../../../adapters/soap/wsdl/model.ts'
import { enterprise, enterpriseWsdl } from '../../../fixtures/wsdl/enterprise.ts'
import { fixtures, folder } from '../../../fixtures/wsdl/fixtures.ts'
import { operationNamed, operationNames, projectAt, readFixture, readTexts } from './project.ts'
import { changed, SMALL } from './small.ts'

const FOREIGN = `<port name="DeskSoap" binding="tns:DeskSoap">`
const POLICY = 'xmlns:wsp="http://www.w3.org/ns/ws-policy"'
const SECURITY = 'http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702'
const MTOM = '<m:MTOM xmlns:m="http://www.w3.org/2007/08/soap12-mtom-policy"/>'
const ADDRESSING = '<a:Addressing xmlns:a="http://www.w3.org/2007/05/addressing/metadata"/>'

function operation(file: string, name: string): WsdlOperation {
  const found = operationNamed(readFixture(file), name)
  if (!found) throw new Error(`${file} has no operation ${name}`)
  return found
}

/** The operation of the small WSDL with texts replaced. */
function small(...changes: readonly (readonly [string, string])[]): WsdlOperation {
  const { wsdl, faults } = readTexts({ 'a.wsdl': changed(...changes) })
  const found = wsdl && operationNamed(wsdl, 'Ask')
  if (!found) throw new Error(`not read: ${faults.join('\n')}`)
  return found
}

/** With policies inside the port. */
function withPolicy(policy: string): WsdlOperation {
  return small([FOREIGN, `${FOREIGN}<wsp:Policy ${POLICY}>${policy}</wsp:Policy>`])
}

describe('loadWsdl', () => {
  for (const { name, file, operations, versions } of fixtures) {
    it(`reads ${name}`, () => {
      const wsdl = readFixture(file)
      expect([...operationNames(wsdl)].sort()).to.deep.equal(operations.map(each => each.name).sort())
      expect([...new Set(wsdl.ports.map(port => port.version))].sort()).to.deep.equal([...versions].sort())
      for (const each of operations) {
        const found = operationNamed(wsdl, each.name)
        expect(found?.output !== undefined, each.name).to.equal(each.output !== undefined)
        expect(found?.faults.map(fault => fault.name)).to.deep.equal(Object.keys(each.faults ?? {}))
        expect(found?.input.headers.map(part => part.name)).to.deep.equal(Object.keys(each.headers ?? {}))
        expect(found?.output?.headers.map(part => part.name) ?? []).to.deep.equal(Object.keys(each.replyHeaders ?? {}))
        expect((found?.input.attachments ?? []).map(({ name }) => name)).to.deep.equal(Object.keys(each.attachments ?? {}))
      }
    })
  }

  it('reads a WSDL once for a project, and tells its faults once', () => {
    const { project, faults } = projectAt(folder)
    expect(loadWsdl(project, 'choice.wsdl', [])).to.equal(loadWsdl(project, './choice.wsdl', []))
    expect(loadWsdl(project, 'choise.wsdl', [])).to.equal(undefined)
    expect(faults).to.have.length(1)
    expect(faults[0]).to.include('did you mean "choice.wsdl"?')
  })

  it('knows wrapped messages from bare ones', () => {
    expect(operation('document-wrapped.wsdl', 'PlaceOrder')).to.deep.include({ style: 'document', use: 'literal' })
    expect(operation('document-wrapped.wsdl', 'PlaceOrder').input.wrapped).to.equal(true)
    expect(operation('document-wrapped.wsdl', 'CancelOrder').output?.wrapped).to.equal(true)
    expect(operation('document-bare.wsdl', 'GetStock').input.wrapped).to.equal(false)
    expect(operation('document-bare.wsdl', 'Ping').input.parts).to.deep.equal([])
  })

  it('gives rpc its wrapper, its namespace and its parts in order', () => {
    const { style, use, input, output } = operation('rpc-literal.wsdl', 'SetPrice')
    expect({ style, use }).to.deep.equal({ style: 'rpc', use: 'literal' })
    expect(input).to.deep.include({ wrapper: 'SetPrice', namespace: 'http://pricing.example/rpc', wrapped: false })
    expect(output).to.deep.include({ wrapper: 'SetPriceResponse', namespace: 'http://pricing.example/rpc' })
    expect(input.parts.map(({ name, type }) => [name, type?.name?.local])).to.deep.equal([
      ['sku', 'string'],
      ['price', 'Price'],
    ])
  })

  it('makes a list named item of an array of SOAP encoding', () => {
    const { use, input } = operation('rpc-encoded-arrays.wsdl', 'findArticles')
    expect(use).to.equal('encoded')
    const type = input.parts[0]?.type
    const particle = type?.kind === 'complex' && type.content.kind === 'elements' ? type.content.particle : undefined
    const item = particle?.kind === 'sequence' ? particle.particles[0] : undefined
    expect(item).to.deep.include({ kind: 'element', min: 0, max: Number.POSITIVE_INFINITY })
    expect(item?.kind === 'element' && [item.element.name, item.element.type.name?.local]).to.deep.equal([
      { ns: '', local: 'item' },
      'string',
    ])
  })

  it('takes headers, header faults and the parts of the body that are named', () => {
    const { input } = operation('headers.wsdl', 'Reserve')
    expect(input.parts.map(part => part.name)).to.deep.equal(['parameters'])
    expect(input.headerFaults?.map(part => part.element?.name.local)).to.deep.equal(['sessionFault'])
  })

  it('takes a part that is bound as a header out of a body that names no parts', () => {
    const part = '<part name="body" element="tns:Ask"/>'
    const { input } = small(
      [part, `${part}<part name="who" element="tns:Refused"/>`],
      ['<input><soap:body', '<input><soap:header message="tns:AskIn" part="who" use="literal"/><soap:body'],
    )
    expect(input.parts.map(each => each.name)).to.deep.equal(['body'])
  })

  it('lets an operation have another style than its binding', () => {
    const changes = [
      ['<soap:operation soapAction', '<soap:operation style="rpc" soapAction'],
      ['element="tns:Ask"', 'type="xs:int"'],
      ['element="tns:Answer"', 'type="xs:int"'],
    ] as const
    expect(small(...changes).style).to.equal('rpc')
  })

  it('reads several services, leaves out what is not SOAP, and knows the addresses', () => {
    const { ports } = readFixture('several-services.wsdl')
    expect(ports.map(({ service, name, address }) => [service, name, address])).to.deep.equal([
      ['Desk', 'DeskSoap', 'http://legacy.example/desk.asmx'],
      ['Agents', 'AgentSoap', 'http://legacy.example/agents.asmx'],
    ])
  })

  it('reads imports several deep, and each file once where they go round', () => {
    expect(readFixture('imports-deep.wsdl').documents.map(({ file }) => file)).to.deep.equal([
      'imports-deep.wsdl',
      'imports-deep/binding.wsdl',
      'imports-deep/abstract/port-type.wsdl',
      'imports-deep/messages.wsdl',
    ])
    const back = `<import namespace="urn:small" location="a.wsdl"/>`
    const { wsdl, faults } = readTexts({
      'a.wsdl': changed(['<types>', '<import namespace="urn:b" location="b.wsdl"/>\n  <types>']),
      'b.wsdl': `<definitions targetNamespace="urn:b" xmlns="http://schemas.xmlsoap.org/wsdl/">${back}</definitions>`,
    })
    expect(faults).to.deep.equal([])
    expect(wsdl?.documents).to.have.length(2)
  })

  it('reads a schema that wsdl:import names', () => {
    const schema =
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b"><xs:element name="Ask" type="xs:int"/></xs:schema>'
    const { wsdl, faults } = readTexts({
      'a.wsdl': changed(
        ['<types>', '<import namespace="urn:b" location="b.xsd"/>\n  <types>'],
        ['element="tns:Ask"', 'xmlns:b="urn:b" element="b:Ask"'],
      ),
      'b.xsd': schema,
    })
    expect(faults).to.deep.equal([])
    expect(wsdl && operationNamed(wsdl, 'Ask')?.input.parts[0]?.element?.name).to.deep.equal({ ns: 'urn:b', local: 'Ask' })
  })

  it('reads a schema that an imported WSDL in another folder imports so', () => {
    const { wsdl, faults } = readTexts({
      'a.wsdl': changed(
        ['<types>', '<import namespace="urn:w" location="w/b.wsdl"/>\n  <types>'],
        ['element="tns:Ask"', 'xmlns:b="urn:b" element="b:Ask"'],
      ),
      'w/b.wsdl':
        '<definitions targetNamespace="urn:w" xmlns="http://schemas.xmlsoap.org/wsdl/"><import namespace="urn:b" location="x/b.xsd"/></definitions>',
      'w/x/b.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b"><xs:element name="Ask" type="xs:int"/></xs:schema>',
    })
    expect(faults).to.deep.equal([])
    expect(wsdl?.schemas.documents.map(({ file }) => file)).to.include('w/x/b.xsd')
  })

  it('tells the documentation of an operation', () => {
    expect(operation('document-wrapped.wsdl', 'PlaceOrder').documentation).to.equal('Places an order; the answer carries its number.')
  })
})

describe('the actions of a WSDL', () => {
  it('are as written, else the SOAPAction, else made of namespace, port type and message', () => {
    const assign = operation('addressing.wsdl', 'Assign')
    expect(assign.action).to.equal('http://dispatch.example/actions/Assign')
    expect(assign.replyAction).to.equal('http://dispatch.example/actions/Assigned')
    const release = operation('addressing.wsdl', 'Release')
    expect(release.action).to.equal('http://dispatch.example/DispatchPortType/ReleaseRequest')
    expect(release.replyAction).to.equal('http://dispatch.example/DispatchPortType/ReleaseResponse')
    expect(operation('choice.wsdl', 'Pay').action).to.equal('pay')
  })

  it('join a URN by colons, and take the name of the message where it has one', () => {
    const { action, replyAction } = small(['soapAction="urn:small:Ask"', ''], ['<output message', '<output name="Told" message'])
    expect(action).to.equal('urn:small:Desk:AskRequest')
    expect(replyAction).to.equal('urn:small:Desk:Told')
  })

  it('have no Request where the operation is one-way', () => {
    const { action, replyAction } = small(
      ['soapAction="urn:small:Ask"', ''],
      ['      <output message="tns:AskOut"/>\n', ''],
      ['      <output><soap:body use="literal"/></output>\n', ''],
    )
    expect(action).to.equal('urn:small:Desk:Ask')
    expect(replyAction).to.equal(undefined)
  })
})

describe('the policies of a WSDL', () => {
  it('ask for MTOM by reference, and for addressing by UsingAddressing', () => {
    expect(operation('mtom.wsdl', 'Upload')).to.deep.include({ mtom: true, addressing: false })
    expect(operation('addressing.wsdl', 'Assign')).to.deep.include({ mtom: false, addressing: true })
    expect(operation('choice.wsdl', 'Pay')).to.deep.include({ mtom: false, addressing: false })
  })

  const cases = [
    { name: 'in All', policy: `<wsp:All>${MTOM}${ADDRESSING}</wsp:All>`, mtom: true, addressing: true },
    { name: 'nested', policy: `<wsp:ExactlyOne><wsp:All>${MTOM}</wsp:All></wsp:ExactlyOne>`, mtom: true, addressing: false },
    {
      name: 'only where every alternative does',
      policy: `<wsp:ExactlyOne><wsp:All>${MTOM}${ADDRESSING}</wsp:All><wsp:All>${ADDRESSING}</wsp:All></wsp:ExactlyOne>`,
      mtom: false,
      addressing: true,
    },
    { name: 'not where it is optional', policy: MTOM.replace('/>', ' wsp:Optional="true"/>'), mtom: false, addressing: false },
    { name: 'not by a policy that is elsewhere', policy: '<wsp:PolicyReference URI="#nowhere"/>', mtom: false, addressing: false },
    {
      name: 'by policies that refer to one another',
      policy: `<wsp:Policy xml:id="a">${MTOM}<wsp:PolicyReference URI="#b"/><wsp:Policy xml:id="b"><wsp:PolicyReference URI="#a"/></wsp:Policy></wsp:Policy>`,
      mtom: true,
      addressing: false,
    },
  ]
  for (const { name, policy, ...expected } of cases) {
    it(`ask ${name}`, () => expect(withPolicy(policy)).to.deep.include(expected))
  }
})

describe('what a WSDL has and the gateway does not do', () => {
  interface Left {
    readonly name: string
    readonly changes: readonly (readonly [string, string])[]
    readonly line: number
    readonly says: string
    readonly operation?: string
  }
  const second = (text: string): readonly [string, string] => ['</portType>', `${text}</portType>`]
  const bound = (name: string): readonly [string, string] => [
    '</binding>',
    `<operation name="${name}"><soap:operation/><input><soap:body/></input><output><soap:body/></output></operation></binding>`,
  ]
  const cases: readonly Left[] = [
    {
      name: 'overloaded operations',
      changes: [
        second(
          '<operation name="Two"><input message="tns:AskIn"/></operation><operation name="Two"><input message="tns:AskOut"/></operation>',
        ),
        bound('Two'),
      ],
      line: 29,
      says: 'overloaded',
      operation: 'Two',
    },
    {
      name: 'notifications',
      changes: [second('<operation name="Two"><output message="tns:AskIn"/></operation>'), bound('Two')],
      line: 20,
      says: 'a notification',
      operation: 'Two',
    },
    {
      name: 'solicit-response',
      changes: [second('<operation name="Two"><output message="tns:AskIn"/><input message="tns:AskOut"/></operation>'), bound('Two')],
      line: 20,
      says: 'solicit-response',
      operation: 'Two',
    },
    {
      name: 'document/encoded',
      changes: [
        second('<operation name="Two"><input message="tns:AskIn"/></operation>'),
        ['</binding>', '<operation name="Two"><soap:operation/><input><soap:body use="encoded"/></input></operation></binding>'],
      ],
      line: 29,
      says: 'document/encoded',
      operation: 'Two',
    },
    {
      name: 'policies that ask for signatures',
      changes: [[FOREIGN, `${FOREIGN}<wsp:Policy ${POLICY}><sp:SignedParts xmlns:sp="${SECURITY}"/></wsp:Policy>`]],
      line: 31,
      says: 'SignedParts',
    },
    {
      name: 'tokens other than a UsernameToken',
      changes: [
        [
          FOREIGN,
          `${FOREIGN}<wsp:Policy ${POLICY}><sp:SupportingTokens xmlns:sp="${SECURITY}"><wsp:Policy><sp:X509Token/></wsp:Policy></sp:SupportingTokens></wsp:Policy>`,
        ],
      ],
      line: 31,
      says: 'X509Token',
    },
    {
      name: 'extensions that must be understood',
      changes: [
        ['<soap:binding t', '<x:magic xmlns:x="urn:x" xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:required="true"/>\n<soap:binding t'],
      ],
      line: 22,
      says: 'magic',
    },
  ]
  for (const { name, changes, line, says, operation: left } of cases) {
    it(`is listed with its place: ${name}`, () => {
      const { wsdl, faults, warnings } = readTexts({ 'a.wsdl': changed(...changes) })
      expect(faults).to.deep.equal([])
      expect(warnings).to.deep.equal([`a.wsdl:${line} ${wsdl?.unsupported[0]?.message}`])
      expect(wsdl && operationNames(wsdl)).to.deep.equal(['Ask'])
      expect(wsdl?.unsupported).to.have.length(1)
      const [found] = wsdl?.unsupported ?? []
      expect({ file: found?.file, line: found?.line, operation: found?.operation }).to.deep.equal({ file: 'a.wsdl', line, operation: left })
      expect(found?.message).to.include(says)
    })
  }

  it('is nothing where transport security, UsernameToken, MTOM and addressing are asked for', () => {
    const token = '<sp:SignedSupportingTokens><wsp:Policy><sp:UsernameToken/></wsp:Policy></sp:SignedSupportingTokens>'
    const policy = `<wsp:Policy ${POLICY} xmlns:sp="${SECURITY}"><sp:TransportBinding/>${token}${MTOM}${ADDRESSING}</wsp:Policy>`
    const { wsdl } = readTexts({ 'a.wsdl': changed([FOREIGN, `${FOREIGN}${policy}`]) })
    expect(wsdl?.unsupported).to.deep.equal([])
    expect(readTexts({ 'a.wsdl': SMALL }).wsdl?.unsupported).to.deep.equal([])
  })
})

describe('a WSDL of 2 MB with 200 operations', () => {
  it('is read within 2 seconds', () => {
    const dir = mkdtempSync(join(tmpdir(), 'waybill-wsdl-'))
    try {
      const text = enterpriseWsdl()
      expect(text.length).to.be.above(1_900_000)
      writeFileSync(join(dir, enterprise.file), text)
      const start = process.cpuUsage()
      const wsdl = readFixture(enterprise.file, dir)
      const { user, system } = process.cpuUsage(start)
      expect(operationNames(wsdl)).to.have.length(200)
      expect((user + system) / 1_000).to.be.below(2_000)
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
