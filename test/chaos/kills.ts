import { setTimeout as pause } from 'node:timers/promises'
import type { RabbitNode } from '../support/rabbitmq-node.ts'
import type { Verdict } from './checker.ts'
import { sendOrders } from './client.ts'
import { type Rig, startRig } from './rig.ts'

export interface KillOptions {
  readonly orders: number
  readonly gatewayKills: number
  /** Needs a node. */
  readonly brokerKills?: number
  /** The broker; the embedded queue without it. */
  readonly node?: RabbitNode
  /** At the same time; 64 unless told. */
  readonly clients?: number
}

/** What came of it; anything lost or unexpected, or a ledger that does not balance, rejects instead. */
export interface KillReport {
  readonly answered: number
  readonly gatewayKills: number
  readonly brokerKills: number
  readonly statuses: Readonly<Record<string, number>>
  readonly verdicts: Readonly<Record<string, Verdict>>
  /** From the last fault's end and the last answer until nothing was undelivered. */
  readonly healedMs: number
  readonly seconds: number
}

const GATEWAY_KILL_S = 1.8
const BROKER_KILL_S = 10
const HEAL_MS = 60_000
const BACKLOG_PER_MS = 0.1

/** faults.md, row 9, and acceptance 4: kill -9 at random, every 0.4 to 2 s, of the gateway and of its broker, while clients go on with their keys. */
export async function killAtRandom(options: KillOptions): Promise<KillReport> {
  const { orders, gatewayKills, brokerKills = 0, node, clients = 64 } = options
  const began = performance.now()
  const rig = await startRig({ targets: ['warehouse', 'books'], ...(node && { broker: await node.vhost() }) })
  try {
    const seconds = gatewayKills * GATEWAY_KILL_S + brokerKills * BROKER_KILL_S
    const sending = sendOrders({ url: rig.url, count: orders, clients, perSecond: orders / seconds, patienceMs: seconds * 4_000 + 60_000 })
    await Promise.all([killGateway(rig, gatewayKills), node && killBroker(node, brokerKills)])
    const sent = await sending
    const calm = performance.now()
    if (sent.answered.size < orders)
      throw new Error(`${orders - sent.answered.size} orders got no answer: ${JSON.stringify([...sent.statuses])}`)
    await rig.settled(HEAL_MS + orders * BACKLOG_PER_MS)
    const healedMs = performance.now() - calm
    const verdicts = await rig.verify(sent)
    await rig.balance()
    const statuses = Object.fromEntries([...sent.statuses].map(([status, count]) => [status === 0 ? 'broken' : String(status), count]))
    return {
      answered: sent.answered.size,
      gatewayKills,
      brokerKills,
      statuses,
      verdicts,
      healedMs,
      seconds: (performance.now() - began) / 1_000,
    }
  } finally {
    await rig.stop()
  }
}

async function killGateway(rig: Rig, kills: number): Promise<void> {
  for (let done = 0; done < kills; done++) {
    await pause(400 + Math.random() * 1_600)
    await rig.gateway.end('SIGKILL')
    await rig.again()
  }
}

async function killBroker(node: RabbitNode, kills: number): Promise<void> {
  for (let done = 0; done < kills; done++) {
    await pause(1_500 + Math.random() * 3_000)
    await node.kill()
    await node.start()
  }
}
