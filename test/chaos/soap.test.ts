import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { removeProjects } from '../support/gateway.ts'
import { ownNode, type RabbitNode } from '../support/rabbitmq.ts'
import { until } from '../support/until.ts'
import { type OrderForm, type Sent, sendOrders, together } from './client.ts'
import { longForms } from './forms.ts'
import { type Rig, startRig } from './rig.ts'

// Acceptance 6 of the SOAP work: one-way calls while the broker is stopped and the gateway is killed.

const OUTAGE_S = longForms ? 60 : 4
const KILLS = longForms ? 4 : 1
const PER_SECOND = 100
const HEAL_MS = 60_000

const NS = 'urn:orders'
const WSDL = `<wsdl:definitions targetNamespace="${NS}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:t="${NS}"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<wsdl:types><xs:schema targetNamespace="${NS}" elementFormDefault="qualified"><xs:element name="Order"><xs:complexType><xs:sequence>
  <xs:element name="id" type="xs:string"/><xs:element name="sentAt" type="xs:long"/>
</xs:sequence></xs:complexType></xs:element></xs:schema></wsdl:types>
<wsdl:message name="In"><wsdl:part name="parameters" element="t:Order"/></wsdl:message>
<wsdl:portType name="Orders"><wsdl:operation name="Place"><wsdl:input message="t:In"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="Soap" type="t:Orders"><soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
  <wsdl:operation name="Place"><soap:operation soapAction="${NS}:Place"/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>
</wsdl:binding>
<wsdl:service name="Orders"><wsdl:port name="Soap" binding="t:Soap"><soap:address location="http://orders.example/"/></wsdl:port></wsdl:service>
</wsdl:definitions>`

/** A one-way call, known by its MessageID; 202 and nothing says yes. */
const oneWay: OrderForm = {
  headers: () => ({ 'content-type': 'text/xml; charset=utf-8', soapaction: `"${NS}:Place"` }),
  body: (order, sentAt) =>
    `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header>` +
    `<w:MessageID xmlns:w="http://www.w3.org/2005/08/addressing">urn:order:${order}</w:MessageID>` +
    `<w:Action xmlns:w="http://www.w3.org/2005/08/addressing">${NS}:Place</w:Action></S:Header>` +
    `<S:Body><o:Order xmlns:o="${NS}"><o:id>${order}</o:id><o:sentAt>${sentAt}</o:sentAt></o:Order></S:Body></S:Envelope>`,
  id: () => '',
}

describe('SOAP one-way calls', function () {
  this.timeout(300_000)
  let node: RabbitNode
  let rig: Rig | undefined

  before(async function () {
    node = await ownNode(this)
  })
  after(async () => {
    await rig?.stop()
    await node?.remove()
    removeProjects()
  })

  const send = (at: Rig, prefix: string, count: number): Promise<Sent> =>
    sendOrders({ url: at.url.replace('/orders', '/ws'), form: oneWay, prefix, count, perSecond: PER_SECOND, patienceMs: HEAL_MS * 2 })

  it(`are accepted while the broker is stopped for ${OUTAGE_S} s and the gateway is killed ${KILLS} times: nothing is lost`, async () => {
    rig = await startRig({
      ...{ targets: ['warehouse'], broker: await node.vhost(), files: { 'orders.wsdl': WSDL } },
      more: '  soap: { from: { soap: /ws, wsdl: orders.wsdl, operation: Place }, key: body.id, to: warehouse }\n',
    })
    await ready(rig, true)
    // A quorum queue cannot be used after a stop that comes within a second of its declaration (faults.md).
    const before = await send(rig, 'BEFORE', 2 * PER_SECOND)
    await node.stop()
    await ready(rig, false)
    const sending = send(rig, 'DURING', OUTAGE_S * PER_SECOND)
    for (let kill = 0; kill < KILLS; kill++) {
      await pause((OUTAGE_S * 1_000) / (KILLS + 1))
      await rig.gateway.end('SIGKILL')
      await rig.again()
    }
    const during = await sending
    expect(during.answered.size, 'accepted without the broker').to.equal(OUTAGE_S * PER_SECOND)
    await ready(rig, false)
    const returning = send(rig, 'AFTER', 2 * PER_SECOND)
    await node.start()
    const back = performance.now()
    const sent = together(before, during, await returning)
    await ready(rig, true)
    await rig.settled(HEAL_MS)
    const healedS = (performance.now() - back) / 1_000
    expect([...sent.statuses.keys()].filter(status => status !== 202 && status !== 0)).to.deep.equal([])
    const { warehouse } = await rig.verify(sent)
    const { targets } = await rig.balance()
    expect(targets.map(({ accepted, queued, dead }) => [accepted, queued, dead])).to.deep.equal([[sent.attempted.size, 0, 0]])
    console.log(
      `      ${sent.attempted.size} calls, answers ${JSON.stringify([...sent.statuses])} (0: broken off); lost ${warehouse?.lost.length}, unexpected ${warehouse?.unexpected.length}, again with the same id ${warehouse?.duplicated.length}; all delivered ${healedS.toFixed(1)} s after the broker's return; balance exact`,
    )
  })
})

async function ready({ gateway }: Rig, wanted: boolean): Promise<void> {
  await until(`ready is ${wanted}`, async () => (await fetch(`${gateway.admin}/health/ready`)).ok === wanted, HEAL_MS)
}
