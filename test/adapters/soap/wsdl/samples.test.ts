import { expect } from 'chai'
import { operationNamed } from '../../../../adapters/soap/wsdl/describe.ts'
import type { WsdlMessage, WsdlOperation, WsdlPart } from '../../../../adapters/soap/wsdl/model.ts'
import { createElementCodec, createTypeCodec, type ElementCodec } from '../../../../transformers/xsd/codec/codec.ts'
import type { SchemaSet } from '../../../../transformers/xsd/model.ts'
import { fixtures } from '../../../fixtures/wsdl/fixtures.ts'
import { readFixture } from './project.ts'

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

describe('the messages of the WSDL suite', () => {
  for (const { name, file, operations } of fixtures) {
    it(`are what its schemas say, to XML and back: ${name}`, () => {
      const wsdl = readFixture(file)
      for (const each of operations) {
        const operation = operationNamed(wsdl, each.name)
        if (!operation) throw new Error(`no operation ${each.name}`)
        const { input, output, faults } = operation
        const headers = [
          ...input.headers.map(part => [part, each.headers?.[part.name]] as const),
          ...(output?.headers ?? []).map(part => [part, each.replyHeaders?.[part.name]] as const),
        ]
        const all = [...valuesOf(operation, input, each.input), ...(output ? valuesOf(operation, output, each.output) : []), ...headers]
        for (const [part, body] of all) expectRoundTrip(part, body, wsdl.schemas)
        for (const fault of faults) expectRoundTrip(fault, each.faults?.[fault.name], wsdl.schemas)
      }
    })
  }
})
