import type { Channel } from 'amqplib'
import type { TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

/** Asks by a route's name with one question; tells what came back over the wire as one line, of the parts that matter. */
export interface Caller {
  readonly name: 'REST' | 'SOAP 1.1' | 'SOAP 1.2' | 'AMQP, named queue' | 'AMQP, direct reply-to'
  ask(gateway: TestGateway, route: string): Promise<string>
}

const QUESTION = '{"account":"00123","amount":1.50}'
const JSON_TYPE = 'application/json'
const NS = 'http://accounts.example/'

const rest: Caller = {
  name: 'REST',
  async ask(gateway, route) {
    const response = await fetch(`${gateway.http}/${route}`, { method: 'POST', headers: { 'content-type': JSON_TYPE }, body: QUESTION })
    return line(response.status, jsonWords(response.headers.get('content-type'), await response.text()))
  },
}

const ENVELOPES = { '1.1': 'http://schemas.xmlsoap.org/soap/envelope/', '1.2': 'http://www.w3.org/2003/05/soap-envelope' } as const
const TYPES = { '1.1': 'text/xml; charset=utf-8', '1.2': 'application/soap+xml; charset=utf-8' } as const
export type SoapVersion = keyof typeof ENVELOPES

/** An envelope of that version. */
export function envelope(version: SoapVersion, payload: string): string {
  return `<S:Envelope xmlns:S="${ENVELOPES[version]}"><S:Body>${payload}</S:Body></S:Envelope>`
}

/** Its content type. */
export function soapType(version: SoapVersion): string {
  return TYPES[version]
}

function soap(version: SoapVersion): Caller {
  const question = envelope(version, `<a:Debit xmlns:a="${NS}"><a:account>00123</a:account><a:amount>1.50</a:amount></a:Debit>`)
  return {
    name: `SOAP ${version}`,
    async ask(gateway, route) {
      const headers = { 'content-type': TYPES[version], ...(version === '1.1' && { soapaction: `"${NS}Debit"` }) }
      const response = await fetch(`${gateway.http}/ws/${route}`, { method: 'POST', headers, body: question })
      const text = await response.text()
      if (!text.includes(`<soap:Envelope xmlns:soap="${ENVELOPES[version]}">`)) return `${response.status} of no known form: ${text}`
      return line(response.status, response.headers.get('content-type')?.startsWith(TYPES[version]) ? '' : 'mistyped', ...soapWords(text))
    },
  }
}

const AMQP_TYPES = new Set([JSON_TYPE, 'application/problem+json'])

/** Callers by this channel, which is theirs. */
export async function amqpCallers(channel: Channel, named: string): Promise<readonly Caller[]> {
  const heard = new Map<string, string>()
  let asked = 0
  for (const queue of [named, DIRECT])
    await channel.consume(
      queue,
      message => {
        const { correlationId, contentType, headers = {} } = message?.properties ?? {}
        const error: unknown = headers['waybill-error']
        const words = jsonWords(contentType, message?.content.toString() ?? '').filter(word => word !== error)
        const typed = AMQP_TYPES.has(contentType) ? '' : 'mistyped'
        heard.set(correlationId, line(Number(headers['waybill-status']), typed, typeof error === 'string' ? error : '', ...words))
      },
      { noAck: true },
    )
  const caller = (name: Caller['name'], replyTo: string): Caller => ({
    name,
    async ask(_gateway, route) {
      asked += 1
      const correlationId = `asked ${asked}`
      channel.sendToQueue(`${route}.asks`, Buffer.from(QUESTION), { replyTo, correlationId, contentType: JSON_TYPE })
      return until(`an answer to ${correlationId} of ${route}`, () => heard.get(correlationId))
    },
  })
  return [caller('AMQP, named queue', named), caller('AMQP, direct reply-to', DIRECT)]
}

const DIRECT = 'amq.rabbitmq.reply-to'

/** Callers that need no broker. */
export const httpCallers: readonly Caller[] = [rest, soap('1.1'), soap('1.2')]

function line(status: number, ...words: readonly (string | readonly string[])[]): string {
  return [String(status), ...words.flat()].filter(word => word !== '').join(' ')
}

/** The code of a problem, else what the JSON says: `balance 1.5`. */
function jsonWords(type: string | null | undefined, text: string): readonly string[] {
  if (type === 'application/problem+json') return [String(JSON.parse(text).code)]
  // as text, so that no digit is lost
  return text
    .replaceAll(/[{}"]/g, '')
    .split(/[:,]\s*/)
    .map(word => word.trim())
}

/** The fault's code, then the problem's, else what the payload or the detail says. */
function soapWords(text: string): readonly string[] {
  const [, code = ''] = /(?:<faultcode>|<soap:Code><soap:Value>)soap:(\w+)</.exec(text) ?? []
  const [, problem] = /<w:code>(\w+)<\/w:code>/.exec(text) ?? []
  const [, name = '', value = ''] = /<(?:\w+:)?(balance|account|id)(?: [^>]*)?>([^<]*)</.exec(text) ?? []
  return [code, ...(problem === undefined ? [name, value] : [problem])]
}
