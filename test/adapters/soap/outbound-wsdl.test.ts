import { expect } from 'chai'
import { createSoapOutbound } from '../../../adapters/soap/outbound.ts'
import { soapSystem } from '../../../adapters/soap/system.ts'
import { layOperation, soapSystemOptions } from '../../../adapters/soap/system-options.ts'
import type { Project } from '../../../config/project.ts'
import { asGatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Outbound } from '../../../gateway/ports.ts'
import type { Formats } from '../../../transformers/format.ts'
import { writeJsonText } from '../../../transformers/json/codec.ts'
import { type FixtureOperation, fixtures, folder } from '../../fixtures/wsdl/fixtures.ts'
import { noBodies } from '../../support/bodies.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { projectOf } from '../../transformers/project.ts'
import { envelope, fault11, fault12, type SoapServer, startSoapServer } from './soap-server.ts'

const { signal } = new AbortController()
const path = ['systems', 'legacy']

describe('a SOAP system with a WSDL', () => {
  let server: SoapServer
  before(async () => {
    server = await startSoapServer()
  })
  beforeEach(() => {
    server.seen.splice(0)
  })
  after(() => server.close())

  for (const { name, file, operations } of fixtures) {
    for (const operation of operations)
      it(`${name}: ${operation.name} goes out and its answer comes back as the WSDL has it`, async () => {
        const { project, told } = projectOf({ dir: folder })
        const { outbound, formats } = open(project, { wsdl: file, url: server.url }, operation.name)
        const body = formats.request.write(operation.input)
        expect(json(formats.request.read({ body, contentType: formats.request.contentType, meta: {} }))).to.equal(json(operation.input))
        expect(await called({ outbound, formats }, operation)).to.equal(json(operation.output ?? null))
        expect(String(server.seen[0]?.body)).to.include(String(body).slice(0, 20))
        for (const [fault, detail] of Object.entries(operation.faults ?? {})) {
          for (const version of ['1.1', '1.2'] as const)
            expect(await refused({ outbound, formats }, { fault, detail, version })).to.deep.equal({ name: fault, detail: json(detail) })
        }
        await outbound.close()
        expect(told).to.deep.equal([])
      })
  }

  async function called({ outbound, formats }: Opened, { input, output }: FixtureOperation): Promise<string> {
    server.answers = output === undefined ? { status: 202 } : { body: envelope(String(Buffer.from(formats.reply.write(output)))) }
    const answer = await outbound.send(deliveryOf({ body: formats.request.write(input), contentType: 'application/xml' }), signal)
    if (!answer || output === undefined) return 'null'
    return json(formats.reply.read({ ...answer, meta: {} }))
  }

  interface Refusing {
    readonly fault: string
    readonly detail: unknown
    readonly version: '1.1' | '1.2'
  }

  async function refused({ outbound, formats }: Opened, { fault, detail, version }: Refusing): Promise<unknown> {
    const format = formats.fault?.(fault) ?? expect.fail(`${fault} is not declared`)
    const xml = String(Buffer.from(format.write(detail)))
    server.answers = {
      status: 500,
      body: version === '1.1' ? fault11('S:Server', `<detail>${xml}</detail>`) : fault12('S:Sender', `<S:Detail>${xml}</S:Detail>`),
    }
    const error = await outbound.send(deliveryOf({ body: Buffer.from('<a/>') }), signal).catch((caught: unknown) => asGatewayError(caught))
    const { answer } = 'extras' in (error ?? {}) ? asGatewayError(error).extras : {}
    return { name: answer?.fault?.name, detail: answer && json(format.read({ ...answer, meta: {} })) }
  }
})

interface Opened {
  readonly outbound: Outbound
  readonly formats: Formats
}

function json(value: unknown): string {
  return writeJsonText(value)
}

function open(project: Project, written: object, operation: string): Opened {
  const options = layOperation(resolveOptions(soapSystemOptions, { timeout: '5s', ...written }), operation)
  const formats = soapSystem.formats?.(options, { project, path }) ?? expect.fail('there are no formats')
  return {
    formats,
    outbound: createSoapOutbound({ name: 'legacy', options, inFlight: 2 }, { project, clients: {}, log: silent, bodies: noBodies }),
  }
}
