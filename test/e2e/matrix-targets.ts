import type { Channel, ConsumeMessage } from 'amqplib'
import { type Step, startTarget, type Target } from '../support/target.ts'
import { envelope, type SoapVersion, soapType } from './matrix-callers.ts'

/** `fault`: the one that the route knows by name; `refuse` and `fail`: others, that a retry cannot or can mend; `late`: the answer, in a while. */
export type Deed = 'answer' | 'fault' | 'refuse' | 'fail' | 'hang' | 'late'

/** A system that answers in its own terms. */
export interface Side {
  readonly name: string
  /** What it does with all requests from now on; forgets what it got. */
  does(deed: Deed): Promise<void>
  /** The bodies that it got. */
  got(): Promise<readonly string[]>
  stop(): Promise<void>
}

export const LATE_MS = 500
/** More digits than a double has. */
export const BALANCE = '12345678901234567890.25'
const JSON_TYPE = { 'content-type': 'application/json' }

/** Speaks JSON, by other names than the callers. */
export async function restSide(): Promise<Side & { readonly url: string }> {
  const answer: Step = { headers: JSON_TYPE, body: `{"saldo":${BALANCE}}` }
  return httpSide('REST', {
    answer,
    fault: { status: 404, headers: JSON_TYPE, body: '{"konto":"00123"}' },
    refuse: { status: 400, headers: JSON_TYPE, body: '{}' },
    fail: { status: 500, headers: JSON_TYPE, body: '{}' },
    hang: { does: 'hang' },
    late: { ...answer, delayMs: LATE_MS },
  })
}

/** Speaks SOAP of that version. */
export async function soapSide(version: SoapVersion): Promise<Side & { readonly url: string }> {
  const headers = { 'content-type': soapType(version) }
  const answer: Step = {
    headers,
    body: envelope(version, `<b:DebitResponse xmlns:b="http://accounts.example/"><b:balance>${BALANCE}</b:balance></b:DebitResponse>`),
  }
  const fault = (kind: keyof typeof KINDS, detail: string, status = 500): Step => ({
    ...{ status, headers },
    body: envelope(version, faultXml(version, kind, detail)),
  })
  const sender = version === '1.1' ? 500 : 400
  return httpSide(`SOAP ${version}`, {
    answer,
    fault: fault(
      'Client',
      '<b:AccountNotFound xmlns:b="http://accounts.example/"><b:account>00123</b:account></b:AccountNotFound>',
      sender,
    ),
    refuse: fault('Client', '', sender),
    fail: fault('Server', ''),
    hang: { does: 'hang' },
    late: { ...answer, delayMs: LATE_MS },
  })
}

const KINDS = { Client: 'Sender', Server: 'Receiver' } as const

function faultXml(version: SoapVersion, kind: keyof typeof KINDS, detail: string): string {
  if (version === '1.1')
    return `<S:Fault><faultcode>S:${kind}</faultcode><faultstring>no</faultstring>${detail && `<detail>${detail}</detail>`}</S:Fault>`
  const code = `<S:Code><S:Value>S:${KINDS[kind]}</S:Value></S:Code><S:Reason><S:Text xml:lang="en">no</S:Text></S:Reason>`
  return `<S:Fault>${code}${detail && `<S:Detail>${detail}</S:Detail>`}</S:Fault>`
}

async function httpSide(name: string, steps: Readonly<Record<Deed, Step>>): Promise<Side & { readonly url: string }> {
  const target: Target = await startTarget()
  return {
    name,
    url: target.url,
    does: deed => target.program(steps[deed]),
    got: async () => (await target.received()).map(({ body }) => body),
    stop: () => target.stop(),
  }
}

const AMQP_DEEDS: Readonly<Partial<Record<Deed, { readonly error: string; readonly body: string }>>> = {
  fault: { error: 'AccountNotFound', body: '{"account":"00123"}' },
  refuse: { error: 'NotToday', body: '{}' },
  fail: { error: 'OVERLOADED', body: '{}' },
}

/** Answers the messages of a queue, by their reply-to. */
export async function amqpSide(channel: Channel, queue: string): Promise<Side> {
  let now: Deed = 'answer'
  const bodies: string[] = []
  const timers = new Set<NodeJS.Timeout>()
  function reply({ properties }: ConsumeMessage): void {
    const { error, body } = AMQP_DEEDS[now] ?? { body: `{"saldo":${BALANCE}}` }
    const { correlationId, replyTo } = properties
    const headers = error === undefined ? {} : { 'waybill-error': error }
    channel.sendToQueue(replyTo, Buffer.from(body), { correlationId, contentType: 'application/json', headers })
  }
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.consume(queue, message => {
    if (!message) return
    channel.ack(message)
    bodies.push(message.content.toString())
    if (now === 'late') timers.add(setTimeout(reply, LATE_MS, message))
    else if (now !== 'hang') reply(message)
  })
  return {
    name: 'AMQP',
    async does(deed) {
      now = deed
      bodies.length = 0
    },
    got: async () => bodies,
    async stop() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
