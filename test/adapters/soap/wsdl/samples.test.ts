import { expect } from 'chai'
import type { Wsdl, WsdlMessage, WsdlOperation, WsdlPart } from '../../../../adapters/soap/wsdl/model.ts'
import { createElementCodec, createTypeCodec, type ElementCodec } from '../../../../transformers/xsd/codec/codec.ts'
import type { SchemaSet } from '../../../../transformers/xsd/model.ts'
import { enterprise, enterpriseWsdl } from '../../../fixtures/wsdl/enterprise.ts'
import { type FixtureOperation, fixtures } from '../../../fixtures/wsdl/fixtures.ts'
import { operationNamed, readFixture, readTexts } from './project.ts'

function codecOf(part: WsdlPart, schemas: SchemaSet): ElementCodec {
  return part.element ? createElementCodec(schemas, part.element) : createTypeCodec(schemas, part.type, { ns: '', local: part.name })
}

/** Each part with its body. */
function valuesOf({ style }: WsdlOperation, message: WsdlMessage, body: unknown): readonly (readonly [WsdlPart, unknown])[] {
  if (style === 'rpc') return message.parts.map(part => [part, (body as Record<string, unknown>)[part.name]])
  return message.parts.map(part => [part, body])
}

function expectRoundTrip(part: WsdlPart, body: unknown, schemas: SchemaSet): void {
  const codec = codecOf(part, schemas)
  const xml = codec.writeText(body)
  expect(codec.read(xml), xml).to.deep.equal(body)
}

function expectMessages(each: FixtureOperation, wsdl: Wsdl): void {
  const operation = operationNamed(wsdl, each.name)
  if (!operation) throw new Error(`no operation ${each.name}`)
  const { input, output, faults } = operation
  const bodies = [...valuesOf(operation, input, each.input), ...(output ? valuesOf(operation, output, each.output) : [])]
  for (const [part, body] of bodies) expectRoundTrip(part, body, wsdl.schemas)
  for (const part of input.headers) expectRoundTrip(part, each.headers?.[part.name], wsdl.schemas)
  for (const part of output?.headers ?? []) expectRoundTrip(part, each.replyHeaders?.[part.name], wsdl.schemas)
  for (const fault of faults) expectRoundTrip(fault, each.faults?.[fault.name], wsdl.schemas)
}

describe('the messages of the WSDL suite', () => {
  for (const { name, file, operations } of fixtures) {
    it(`are what its schemas say, to XML and back: ${name}`, () => {
      const wsdl = readFixture(file)
      for (const each of operations) expectMessages(each, wsdl)
    })
  }

  it('are what its schemas say, to XML and back: those of the generated one', () => {
    const { wsdl } = readTexts({ [enterprise.file]: enterpriseWsdl() })
    if (!wsdl) throw new Error('not read')
    for (const each of enterprise.operations.slice(0, 5)) expectMessages(each, wsdl)
  })
})
