import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import amqp from 'amqplib'
import { findServer, startNode } from '../test/support/rabbitmq-node.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { atExit } from './leftovers.ts'
import { withLock } from './lock.ts'
import { cpuSeconds, peakMb } from './process.ts'
import { absolute, ratio, type Sample, type Values } from './result.ts'
import { secondsUntil } from './wait.ts'
import { startWaybill } from './waybill.ts'

const run = promisify(execFile)
const loop = fileURLToPath(new URL('./row-loop.js', import.meta.url))
const QUEUE = 'bench.rows'
const CLOSED = 'http://127.0.0.1:9/'
const LONGEST_MS = 600_000

/** A CSV whose rows become messages, beside a loop written by hand. */
export const rows: Bench = {
  name: 'rows',
  title: 'A file of rows',
  about: `A CSV of orders (75 bytes a row) in a folder, split, mapped and durable: in the embedded queue, to a paused target, and in a queue
of RabbitMQ. Beside it a loop written by hand: csv-parse, the same mapping, and nothing, or a persistent publish to the same queue with 256
confirms open. A million rows where a round has 10 s or more, else 100,000.`,
  missing: () => (findServer() ? undefined : 'no rabbitmq-server'),
  run: measureAll,
  claims: found => [
    ...ratio(found, 'rate', ['Waybill, embedded', 'csv-parse alone'], {
      what: 'Rows into the embedded queue: rate, of csv-parse alone',
      atLeast: 0.5,
    }),
    ...ratio(found, 'rate', ['Waybill, RabbitMQ', 'csv-parse and amqplib'], {
      what: 'Rows into RabbitMQ: rate, of csv-parse and amqplib',
      atLeast: 0.5,
    }),
    ...ratio(found, 'cpuMs', ['Waybill, RabbitMQ', 'csv-parse and amqplib'], {
      what: 'Rows into RabbitMQ: CPU for each, of csv-parse and amqplib',
      atMost: 2,
    }),
    ...absolute(found, 'memoryMb', 'Waybill, embedded', { what: 'Rows: peak memory', unit: 'MB', atMost: 256 }),
  ],
}

async function measureAll({ rounds, seconds, note }: Task): Promise<Measured> {
  const samples: Sample[] = []
  const count = seconds >= 10 ? 1_000_000 : 100_000
  const dir = mkdtempSync(join(tmpdir(), 'waybill-rows-'))
  const forget = atExit(() => rmSync(dir, { recursive: true, force: true }))
  const file = await writeRows(join(dir, 'rows.csv'), count)
  const node = await startNode(findServer() ?? '')
  try {
    for (let round = 1; round <= rounds; round++) {
      note(`round ${round} of ${rounds}`)
      await withLock(async () => {
        samples.push({ name: 'csv-parse alone', values: await byHand([file]) })
        samples.push({ name: 'Waybill, embedded', values: await byWaybill(file, count) })
        const url = await node.vhost()
        await declare(url)
        samples.push({ name: 'csv-parse and amqplib', values: await byHand([file, url, QUEUE]) })
        samples.push({ name: 'Waybill, RabbitMQ', values: await byWaybill(file, count, await node.vhost()) })
      })
    }
  } finally {
    await node.remove()
    rmSync(dir, { recursive: true, force: true })
    forget()
  }
  return { samples }
}

async function writeRows(path: string, count: number): Promise<string> {
  const out = createWriteStream(path)
  out.write('id,sku,quantity,price,city,comment\n')
  for (let row = 0; row < count; row++) {
    const text = `SO-${String(row).padStart(7, '0')},SKU-${row % 977},${row % 50},${((row % 10_000) / 100).toFixed(2)},Berlin,"said ""hello"", twice"\n`
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return path
}

async function declare(url: string): Promise<void> {
  const connection = await amqp.connect(url)
  const channel = await connection.createChannel()
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await connection.close()
}

async function byHand(args: readonly string[]): Promise<Values> {
  const { stdout } = await run(process.execPath, [loop, ...args], { timeout: LONGEST_MS })
  const told: { rows: number; seconds: number; cpuSeconds: number } = JSON.parse(stdout)
  return { rate: told.rows / told.seconds, cpuMs: (told.cpuSeconds * 1_000) / told.rows }
}

function project(url: string | undefined): string {
  const shelf = url === undefined ? `{ rest: { url: '${CLOSED}' } }` : `{ amqp: { queue: ${QUEUE} } }`
  return `waybill: 1
name: rows
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }
${url === undefined ? '' : `queue: { rabbitmq: { url: '${url}' } }\n`}store: { bounds: { maxQueued: 10000000, maxQueuedSize: 40GB } }
systems: { shelf: ${shelf} }
mappings:
  row: { rules: { id: body.id, sku: body.sku, quantity: int(body.quantity), city: upper(body.city) } }
routes:
  rows:
    from: { file: { folder: in, every: 100ms, after: delete }, format: csv }
    split: { each: record }
    transform: { map: row }
    to: shelf
`
}

async function byWaybill(file: string, count: number, url?: string): Promise<Values> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const forget = atExit(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'in'))
  writeFileSync(join(dir, 'waybill.yaml'), project(url))
  if (url !== undefined) await declare(url)
  const waybill = await startWaybill(dir)
  try {
    if (url === undefined) await waybill.pause('shelf')
    await run('cp', [file, join(dir, 'in', '.rows')])
    const cpuBefore = cpuSeconds(waybill.pid)
    renameSync(join(dir, 'in', '.rows'), join(dir, 'in', 'rows.csv'))
    const seconds = await secondsUntil(async () => (await accepted(waybill.metrics)) === count + 1)
    if (url !== undefined) await secondsUntil(async () => (await waybill.queued()) === 0)
    return { rate: count / seconds, cpuMs: ((cpuSeconds(waybill.pid) - cpuBefore) * 1_000) / count, memoryMb: peakMb(waybill.pid) }
  } finally {
    await waybill.stop()
    rmSync(dir, { recursive: true, force: true })
    forget()
  }
}

async function accepted(metrics: () => Promise<string>): Promise<number> {
  return Number(/^waybill_accepted_total\{route="rows"\} (\d+)/m.exec(await metrics())?.[1] ?? 0)
}
