import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkStandIn, compileStandIn } from '../../../adapters/stand-in/rules.ts'
import { createStandIn } from '../../../adapters/stand-in/stand-in.ts'
import type { Wire } from '../../../adapters/stand-in/wire.ts'
import type { StandInRule, SystemConfig } from '../../../config/project.ts'
import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import type { Answer } from '../../../gateway/message.ts'
import type { Format } from '../../../transformers/format.ts'
import { writeJsonText } from '../../../transformers/json/codec.ts'
import { deliveryOf } from '../../support/delivery.ts'
import { projectOf } from '../../transformers/project.ts'

/** Bodies between two words. */
function framed(word: string): Format {
  return {
    contentType: 'text/framed',
    takes: type => type === 'text/framed',
    read: ({ body }) => JSON.parse(String(Buffer.from(body)).slice(word.length, -word.length)),
    write(body) {
      if (writeJsonText(body).includes('wrong')) throw new GatewayError('MAPPING_FAILED', 'it does not fit')
      return Buffer.from(`${word}${writeJsonText(body)}${word}`)
    },
  }
}

const WIRE: Wire = {
  operation: 'Reserve',
  formats: {
    request: framed('Q'),
    reply: framed('R'),
    fault: name => (name === 'OutOfStock' ? framed('F') : undefined),
  },
  sampled: (answer, name) => ({ ...answer, headers: { 'read-by': name } }),
}

type Rule = Omit<StandInRule, 'path'>

describe('a stand-in of a target that speaks a format', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-wire-'))
  before(() => {
    mkdirSync(join(dir, 'samples'))
    writeFileSync(join(dir, 'samples', 'reserved.json'), '{ "reserved": true }')
    writeFileSync(join(dir, 'samples', 'reserved.xml'), '<reserved/>')
  })
  after(() => rmSync(dir, { recursive: true }))

  async function played(...rules: readonly Rule[]): Promise<Answer | GatewayError | undefined> {
    const { project } = projectOf({ dir })
    const outbound = createStandIn('warehouse', compileStandIn(project, systemOf(rules), WIRE), { log: silent, wire: WIRE })
    const delivery = deliveryOf({ body: Buffer.from('Q{"id":"SO-1"}Q'), contentType: 'text/framed' })
    return outbound.send(delivery, new AbortController().signal).catch((error: unknown) => asGatewayError(error))
  }

  async function answered(...rules: readonly Rule[]): Promise<readonly string[]> {
    const answer = await played(...rules)
    if (answer === undefined || answer instanceof GatewayError) throw new Error(`it failed: ${answer?.detail}`)
    return [answer.contentType, String(Buffer.from(answer.body))]
  }

  it('writes values as the target writes them', async () => {
    expect(await answered({ answer: { ok: true } })).to.deep.equal(['text/framed', 'R{"ok":true}R'])
  })

  it('writes files of JSON as the target writes them', async () => {
    expect(await answered({ answer: 'samples/reserved.json' })).to.deep.equal(['text/framed', 'R{"reserved":true}R'])
  })

  it('takes other files as what the target sends', async () => {
    const answer = await played({ answer: 'samples/reserved.xml' })
    expect(answer).to.deep.include({ contentType: 'application/xml', headers: { 'read-by': 'the stand-in of warehouse' } })
  })

  it('asks conditions about the body as the format reads it, and about the operation', async () => {
    const rules = [
      { when: 'meta.operation == "Release"', status: 299 },
      { when: 'body.id == "SO-1" && meta.operation == "Reserve"', status: 201 },
    ]
    expect(await played(...rules)).to.include({ status: 201 })
  })

  const faults = [
    { code: 'Client', permanent: true },
    { code: 'Server.Busy', permanent: false },
  ]
  for (const { code, permanent } of faults)
    it(`plays a ${code} fault with its detail`, async () => {
      const fault = { code, name: 'OutOfStock', text: 'none left' }
      const error = await played({ fault, answer: { sku: '1' } })
      expect(error).to.be.instanceOf(GatewayError).and.include({ permanent })
      const { answer } = asGatewayError(error).extras
      expect(answer).to.deep.include({ status: 500, fault, contentType: 'text/framed', body: Buffer.from('F{"sku":"1"}F') })
    })

  const mistakes: readonly { name: string; rule: Rule; at: string; message: string }[] = [
    { name: 'an answer that does not fit', rule: { answer: { wrong: true } }, at: 'answer', message: 'it does not fit' },
    {
      name: 'a fault that is not declared',
      rule: { fault: { code: 'Client', name: 'OutOfStok', text: '' } },
      at: 'fault',
      message: 'no fault "OutOfStok" is declared',
    },
  ]
  for (const { name, rule, at, message } of mistakes)
    it(`tells ${name} where no wire of the system can carry it`, () => {
      const { project, told } = projectOf({ dir })
      checkStandIn(project, systemOf([rule]), [WIRE, WIRE])
      expect(told.map(fault => [fault.path, fault.message])).to.deep.equal([[['systems', 'warehouse', 'standIn', 0, at], message]])
    })
})

function systemOf(rules: readonly Rule[]): SystemConfig {
  const path = ['systems', 'warehouse']
  const standIn = rules.map((rule, index) => ({ ...rule, path: [...path, 'standIn', index] }))
  return { name: 'warehouse', adapter: 'rest', options: {}, limits: { inFlight: 1 }, operations: {}, settle: [], standIn, path }
}
