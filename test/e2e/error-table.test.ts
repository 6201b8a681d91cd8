import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createInbound } from '../../adapters/amqp/inbound.ts'
import { type ErrorCode, errors, GatewayError } from '../../gateway/errors.ts'
import type { Inbound } from '../../gateway/ports.ts'
import { type Client, connectClient, contextWith, recordingGateway, sourceWith } from '../adapters/amqp/support.ts'
import { envelope, NS, post, type SoapSource, startSoap, type Told, TYPES, tell, type Version, wsdl } from '../adapters/soap/soap-source.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { createRecorder, type Recorder } from '../support/recorder.ts'
import { type RunningRest, startRest } from '../support/rest-source.ts'
import { root } from '../support/root.ts'
import { until } from '../support/until.ts'

// docs/reference/errors.md against what comes over the wire, byte by byte.

interface Row {
  readonly code: ErrorCode
  readonly rest: string
  readonly '1.1': string
  readonly '1.2': string
  readonly amqp: string
}

const CELLS = /^\| \[`(\w+)`\]\(#\w+\) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm

function rows(): readonly Row[] {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')
  return [...page.matchAll(CELLS)].flatMap(([, code = '', rest = '', soap11 = '', soap12 = '', amqp = '']) =>
    isCode(code) ? [{ code, rest, '1.1': soap11, '1.2': soap12, amqp }] : [],
  )
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code)
}

const failing = (code: ErrorCode) => () => Promise.reject(new GatewayError(code, 'as the test wants it'))

describe('the table of errors by protocol', () => {
  const table = rows()

  it('has a row for each code', () => {
    expect(table.map(({ code }) => code)).to.deep.equal(Object.keys(errors))
  })

  describe('over HTTP', () => {
    const DEBIT = '<a:Debit xmlns:a="http://accounts.example/"><a:account>1</a:account><a:amount>1.00</a:amount></a:Debit>'
    let recorder: Recorder
    let rest: RunningRest
    let soap: SoapSource
    before(async () => {
      recorder = createRecorder()
      rest = await startRest({ sources: [{ options: 'POST /ask', route: 'ask', withinMs: 1_000 }] }, recorder.gateway)
      const route = '  ask:\n    from: { soap: /ws, wsdl: faults.wsdl }\n    to: target\n    reply: { within: 5s }\n'
      soap = await startSoap(route, { 'faults.wsdl': wsdl('faults.wsdl') })
    })
    after(async () => {
      await rest?.stop()
      await soap?.stop()
    })

    for (const { code, ...told } of table) {
      it(`tells REST ${code} with ${told.rest}`, async () => {
        recorder.onCall = failing(code)
        const answer = await tell(rest.port, post('{}', { 'Content-Type': 'application/json' }, '/ask'))
        const [status = '', retry] = told.rest.split(', ')
        expect(answer.status).to.equal(Number(status))
        expect(answer.head).to.include('\r\nContent-Type: application/problem+json\r\n')
        expectRetry(answer, retry)
        expect(answer.body).to.include(`"code":"${code}"`)
      })

      for (const version of ['1.1', '1.2'] as const)
        it(`tells SOAP ${version} ${code} with ${told[version]}`, async () => {
          soap.recorder.onCall = failing(code)
          const headers = { 'Content-Type': TYPES[version], ...(version === '1.1' && { SOAPAction: '""' }) }
          expectFault(await tell(soap.port, post(envelope(version, DEBIT), headers)), { version, told: told[version], code })
        })
    }
  })

  describe('over AMQP', () => {
    const answered = table.filter(({ amqp }) => /^\d{3}$/.test(amqp))
    let client: Client
    let inbound: Inbound
    const heard = new Map<string, unknown>()
    before(async function () {
      this.timeout(120_000)
      const url = await (await rabbitmq(this)).vhost()
      client = await connectClient(url)
      const { route, ...binding } = sourceWith({ queue: 'asks' })
      const gateway = { ...recordingGateway(), call: ({ headers }: { headers: Readonly<Record<string, string>> }) => reject(headers.code) }
      inbound = createInbound([{ ...binding, route: { ...route, reply: { withinMs: 1_000, late: 'drop' } } }], contextWith(url))
      await inbound.start(gateway)
      await client.channel.consume(
        await client.queue('answers'),
        message => {
          const { correlationId, contentType, headers = {} } = message?.properties ?? {}
          const body = JSON.parse(message?.content.toString() ?? '')
          heard.set(correlationId, [contentType, headers['waybill-error'], headers['waybill-status'], body.code])
        },
        { noAck: true },
      )
    })
    after(async () => {
      await inbound?.stop()
      await client?.close()
    })

    const reject = (code = '') => failing(isCode(code) ? code : 'INTERNAL')()

    for (const { code, amqp } of answered)
      it(`tells ${code} with ${amqp}`, async () => {
        await client.send('asks', '{}', { headers: { code }, replyTo: 'answers', correlationId: code })
        const told = await until('the reply', () => heard.get(code))
        expect(told).to.deep.equal(['application/problem+json', code, amqp, code])
      })

    it('answers all but those that wait', () => {
      const waiting = table.filter(row => !answered.includes(row)).map(({ code }) => code)
      expect(waiting).to.deep.equal(['IN_PROGRESS', 'OVERLOADED', 'DRAINING', 'STORE_UNAVAILABLE', 'BROKER_UNAVAILABLE'])
    })
  })
})

interface Wanted {
  readonly version: Version
  readonly told: string
  readonly code: ErrorCode
}

function expectFault({ status, head, body }: Told, { version, told, code }: Wanted): void {
  const [kind, wanted, retry] = told.split(', ')
  expect(status).to.equal(Number(wanted))
  expect(head).to.include(`\r\nContent-Type: ${TYPES[version]}\r\n`)
  expectRetry({ head }, retry)
  const open = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${NS[version]}"><soap:Body><soap:Fault>`
  const fault = version === '1.1' ? `<faultcode>soap:${kind}</faultcode>` : `<soap:Code><soap:Value>soap:${kind}</soap:Value></soap:Code>`
  expect(body.startsWith(open + fault), body).to.equal(true)
  expect(body).to.include(`<w:code>${code}</w:code>`)
}

function expectRetry({ head }: Pick<Told, 'head'>, retry: string | undefined): void {
  expect(/\r\nRetry-After: \d+\r\n/.test(`${head}\r\n`)).to.equal(retry === 'Retry-After')
}
