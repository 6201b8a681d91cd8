import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Client, connectClient } from '../adapters/amqp/support.ts'
import { removeProjects, startProject, type TestGateway } from '../support/gateway.ts'
import { rabbitmq } from '../support/rabbitmq.ts'
import { root } from '../support/root.ts'
import { amqpCallers, type Caller, httpCallers } from './matrix-callers.ts'
import { amqpSide, BALANCE, type Deed, restSide, type Side, soapSide } from './matrix-targets.ts'
import { balanced, receiptWhen } from './sender.ts'

// Acceptance 3: each caller with each target, in an answer, a fault, a refusal, a failure, a deadline, and a late reply.

const SIDES = ['rest', 'soap11', 'soap12', 'amqp'] as const
type SideKey = (typeof SIDES)[number]

const WITHIN_MS = 400

/** One route for calls and one that keeps late replies, each with a source of every protocol. */
const routesTo = (side: SideKey, to: string, maps: string) =>
  `
  ${side}:
    from:
      - { rest: POST /${side} }
      - { soap: /ws/${side}, wsdl: accounts.wsdl, operation: Debit }
      - { amqp: ${side}.asks }
    reply: { within: ${WITHIN_MS}ms }
    to: { system: ${to}, ${maps} }
    faults:
      - { when: status == 404, fault: AccountNotFound, text: no such account, map: missing }
      - { when: fault.name == "AccountNotFound", status: 404, fault: AccountNotFound, text: no such account, map: same }
  late-${side}:
    from:
      - { rest: POST /late-${side} }
      - { soap: /ws/late-${side}, wsdl: accounts.wsdl, operation: Debit, receipt: receipt }
      - { amqp: late-${side}.asks }
    reply: { within: 300ms, late: keep }
    to: { system: ${to}, ${maps} }
`

const GERMAN = 'transform: [{ map: question }], answer: [{ map: reply }]'
const PREFIXED = 'transform: [{ map: prefixed }]'

const project = (broker: string, urls: Readonly<Record<'rest' | 'soap11' | 'soap12', string>>) => `waybill: 1
name: matrix
queue: { rabbitmq: { url: '${broker}' } }
systems:
  rest: { rest: { url: '${urls.rest}', timeout: 5s } }
  soap11: { soap: { url: '${urls.soap11}', wsdl: accounts.wsdl, timeout: 5s } }
  soap12: { soap: { url: '${urls.soap12}', wsdl: accounts.wsdl, version: '1.2', timeout: 5s } }
  amqp: { amqp: { queue: debits, reply: { within: 5s } } }
mappings:
  question: { rules: { konto: body.account, betrag: body.amount } }
  prefixed: { rules: { account: '"X" + body.account', amount: body.amount } }
  reply: { rules: { balance: body.saldo } }
  missing: { rules: { account: body.konto } }
  same: { rules: { account: body.account } }
  receipt: { rules: { id: body.id } }
routes:
${routesTo('rest', 'rest', GERMAN)}${routesTo('soap11', 'soap11.Debit', PREFIXED)}${routesTo('soap12', 'soap12.Debit', PREFIXED)}${routesTo('amqp', 'amqp', GERMAN)}`

/** The suite's own WSDL of accounts, with a place for a receipt in the answer. */
function accountsWsdl(): string {
  const text = readFileSync(join(root, 'test/fixtures/wsdl/faults.wsdl'), 'utf8')
  const balance = '<xs:element name="balance" type="xs:decimal"/>'
  return text.replace(balance, balance.replace('/>', ' minOccurs="0"/><xs:element name="id" type="xs:string" minOccurs="0"/>'))
}

/** What each caller is told, whoever the target was. */
const TOLD: Readonly<Record<Exclude<Deed, 'late'>, Readonly<Record<Caller['name'], string>>>> = {
  answer: told({
    rest: `200 balance ${BALANCE}`,
    soap11: `200 balance ${BALANCE}`,
    soap12: `200 balance ${BALANCE}`,
    amqp: `200 balance ${BALANCE}`,
  }),
  fault: told({
    rest: '404 account 00123',
    soap11: '500 Client account 00123',
    soap12: '400 Sender account 00123',
    amqp: '404 AccountNotFound account 00123',
  }),
  refuse: told(problem(502, 'TARGET_REFUSED')),
  fail: told(problem(503, 'TARGET_UNAVAILABLE')),
  hang: told(problem(504, 'IN_DOUBT')),
}

interface Forms {
  readonly rest: string
  readonly soap11: string
  readonly soap12: string
  readonly amqp: string
}

function told({ rest, soap11, soap12, amqp }: Forms): Readonly<Record<Caller['name'], string>> {
  return { REST: rest, 'SOAP 1.1': soap11, 'SOAP 1.2': soap12, 'AMQP, named queue': amqp, 'AMQP, direct reply-to': amqp }
}

function problem(status: number, code: string): Forms {
  return { rest: `${status} ${code}`, soap11: `500 Server ${code}`, soap12: `500 Receiver ${code}`, amqp: `${status} ${code}` }
}

const DEEDS = ['answer', 'fault', 'refuse', 'fail', 'hang'] as const

describe('each of the callers, REST, SOAP and AMQP,', function () {
  this.timeout(30_000)
  let client: Client
  let gateway: TestGateway
  let callers: readonly Caller[]
  let sides: Readonly<Record<SideKey, Side>>

  before(async function () {
    this.timeout(120_000)
    const url = await (await rabbitmq(this)).vhost()
    client = await connectClient(url)
    const [rest, soap11, soap12] = await Promise.all([restSide(), soapSide('1.1'), soapSide('1.2')])
    sides = { rest, soap11, soap12, amqp: await amqpSide(client.channel, 'debits') }
    const urls = { rest: rest.url, soap11: soap11.url, soap12: soap12.url }
    gateway = await startProject({ files: { 'waybill.yaml': project(url, urls), 'accounts.wsdl': accountsWsdl() } })
    callers = [...httpCallers, ...(await amqpCallers(client.channel, await client.queue('answers')))]
  })
  after(async () => {
    await balanced(gateway)
    await gateway?.end()
    await Promise.all(Object.values(sides ?? {}).map(side => side.stop()))
    await client?.close()
    removeProjects()
  })

  async function askAll(route: string): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(await Promise.all(callers.map(async caller => [caller.name, await caller.ask(gateway, route)])))
  }

  const deeds = {
    answer: 'answers',
    fault: 'tells a fault that the route knows',
    refuse: 'refuses',
    fail: 'fails',
    hang: 'never answers',
  } as const

  for (const side of SIDES) {
    for (const deed of DEEDS)
      it(`hears in its own terms that ${side} ${deeds[deed]}`, async () => {
        await sides[side].does(deed)
        const began = Date.now()
        expect(await askAll(side)).to.deep.equal(TOLD[deed])
        if (deed === 'hang') expect(Date.now() - began).to.be.within(WITHIN_MS - 10, WITHIN_MS + 1_500)
        const got = await sides[side].got()
        expect(got).to.have.length(callers.length)
        for (const body of got) expect(body).to.match(/^\{"konto":"00123","betrag":1\.50?\}$|account>X00123<.*amount>1\.50?</s)
      })

    it(`has its receipt where ${side} answers late, and finds the reply under it`, async () => {
      await sides[side].does('late')
      const heard = await askAll(`late-${side}`)
      for (const [name, line] of Object.entries(heard)) {
        const [, id = ''] = /^20[02] .*?id ([0-9a-f-]{36})/.exec(line) ?? []
        expect(id, `${name}: ${line}`).not.to.equal('')
        const { reply } = await receiptWhen(gateway, id, 'delivered')
        expect(reply?.body, name).to.include(BALANCE)
      }
      expect(await sides[side].got()).to.have.length(callers.length)
    })
  }
})
