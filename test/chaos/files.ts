import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RecordCounts } from '../../gateway/message.ts'
import type { ReceiptView } from '../../gateway/receipts.ts'
import type { RabbitNode } from '../support/rabbitmq-node.ts'
import { until } from '../support/until.ts'
import { type Rig, startRig } from './rig.ts'
import { replaySetAside } from './set-aside.ts'

export interface FileKillOptions {
  readonly rows: number
  readonly gatewayKills: number
  readonly brokerKills?: number
  /** The broker; the embedded queue without it. */
  readonly node?: RabbitNode
}

/** What came of it; anything lost, unexpected or twice in the ledger rejects instead. */
export interface FileKillReport {
  readonly records: RecordCounts
  /** Rows that came to the target again, with the same id. */
  readonly again: number
  readonly seconds: number
}

/** Each so many rows one is bad. */
const BAD_EVERY = 100

const ROUTE = `  rows:
    from: { file: { folder: in, files: '*.csv', every: 100ms }, format: csv }
    split: { each: record }
    key: body.id
    transform: { map: row }
    to: shelf
mappings:
  row: { rules: { id: body.id, quantity: int(body.quantity), sentAt: { is: 0 } } }
`

/** Acceptance 2 of files: kill -9 of the gateway and of its broker while a file is split and delivered. */
export async function killWhileSplitting({ rows, gatewayKills, brokerKills = 0, node }: FileKillOptions): Promise<FileKillReport> {
  const began = performance.now()
  const broker = node && { broker: await node.vhost() }
  const rig = await startRig({ targets: ['shelf'], inFlight: 32, more: ROUTE, ...broker })
  try {
    drop(rig, rows)
    await Promise.all([killGateway(rig, gatewayKills), node && killBroker(node, brokerKills)])
    await rig.settled(60_000 + rows * 5)
    await replaySetAside(rig, ['MAPPING_FAILED'])
    const records = await countsOf(rig)
    const again = await verify(rig, rows)
    return { records, again, seconds: (performance.now() - began) / 1_000 }
  } finally {
    await rig.stop()
  }
}

function drop(rig: Rig, rows: number): void {
  const folder = join(rig.gateway.dir, 'in')
  const lines = Array.from({ length: rows }, (_, row) => `R-${row},${row % BAD_EVERY === 7 ? 'many' : row % 40}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '.rows'), `id,quantity\n${lines.join('\n')}\n`)
  renameSync(join(folder, '.rows'), join(folder, 'rows.csv'))
}

async function killGateway(rig: Rig, kills: number): Promise<void> {
  await until('the file is there', async () => (await receipts(rig)).length > 0, 30_000)
  for (let done = 0; done < kills; done++) {
    await pause(600 + Math.random() * 1_400)
    await rig.gateway.end('SIGKILL')
    await rig.again()
  }
}

async function killBroker(node: RabbitNode, kills: number): Promise<void> {
  for (let done = 0; done < kills; done++) {
    await pause(2_000 + Math.random() * 3_000)
    await node.kill()
    await node.start()
  }
}

async function receipts(rig: Rig): Promise<readonly ReceiptView[]> {
  const found = (await rig.gateway.api('GET', '/api/messages?route=rows&limit=500')) as { items: readonly ReceiptView[] }
  return found.items
}

/** The file's counts, once all its records have ended. */
async function countsOf(rig: Rig): Promise<RecordCounts> {
  return until('the file has ended', async () => {
    for (const id of await parents(rig)) {
      const view = (await (await fetch(`${new URL(rig.url).origin}/receipts/${id}`)).json()) as ReceiptView
      if (view.records && view.state !== 'accepted') return view.records
    }
    return false
  })
}

/** The files among the messages of the route: of their records each names its file. */
async function parents(rig: Rig): Promise<readonly string[]> {
  return [...new Set((await receipts(rig)).map(one => one.parent ?? one.id))]
}

async function verify(rig: Rig, rows: number): Promise<number> {
  const bad = Array.from({ length: rows }, (_, row) => row).filter(row => row % BAD_EVERY === 7).length
  const seen = await rig.target('shelf').seen()
  const orders = new Map(seen.map(({ order, key }) => [order, key]))
  const lost = rows - bad - orders.size
  if (lost !== 0) throw new Error(`${lost} rows lost of ${rows - bad}`)
  if (seen.length !== orders.size) throw new Error(`${seen.length - orders.size} rows came under two ids`)
  const { balanced, targets } = await rig.balance()
  const shelf = targets.find(({ target }) => target === 'shelf')
  if (!balanced || shelf?.accepted !== rows - bad) throw new Error(`the ledger has ${shelf?.accepted} rows, not ${rows - bad}`)
  return seen.filter(({ times }) => times > 1).length
}
