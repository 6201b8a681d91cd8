import { createReadStream } from 'node:fs'
import amqp from 'amqplib'
import { parse } from 'csv-parse'

// What one writes by hand: `node row-loop.js FILE [AMQP-URL QUEUE]` reads a CSV with csv-parse, maps each row and, with a broker, publishes it
// and waits for its confirm, 256 at once. Prints `{"rows","seconds","cpuSeconds"}`.

const WINDOW = 256
const [file = '', url, queue = ''] = process.argv.slice(2)
const began = performance.now()
const channel = url === undefined ? undefined : await (await amqp.connect(url)).createConfirmChannel()
let rows = 0
let open = 0
let wake: (() => void) | undefined

for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
  const body = Buffer.from(JSON.stringify({ id: row.id, sku: row.sku, quantity: Number(row.quantity), city: row.city.toUpperCase() }))
  rows += 1
  if (channel) await publish(channel, body)
}
await channel?.waitForConfirms()
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ rows, seconds: (performance.now() - began) / 1_000, cpuSeconds: (user + system) / 1e6 }))
process.exit()

async function publish(to: amqp.ConfirmChannel, body: Buffer): Promise<void> {
  if (open >= WINDOW) {
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
  open += 1
  to.sendToQueue(queue, body, { persistent: true, messageId: String(rows), contentType: 'application/json' }, () => {
    open -= 1
    wake?.()
  })
}
