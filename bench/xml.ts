import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { root } from '../test/support/root.ts'
import { projectOf } from '../test/transformers/project.ts'
import { createElementCodec } from '../transformers/xsd/codec/codec.ts'
import { loadSchemas } from '../transformers/xsd/load.ts'
import { shared } from './shared.ts'

// How fast one core reads the common harness's order as a typed body, and writes it, against saxes alone reading the same bytes and JSON of
// the same body. Run by `node dist/bench/xml.js [SECONDS]`.

const seconds = Number(process.argv[2] ?? 2)
const codec = orderCodec()
const document = order()
const body = codec.read(document, 'application/xml')
const json = JSON.stringify(body)

const work: Readonly<Record<string, () => unknown>> = {
  'saxes alone': () => bareSaxes(document),
  'XML to a typed body': () => codec.read(document, 'application/xml'),
  'a typed body to XML': () => Buffer.from(codec.writeText(body)),
  'JSON to a body': () => JSON.parse(json),
}

console.log(`the order of the harness, ${document.length} bytes; documents a second of CPU`)
const rates = Object.fromEntries(Object.entries(work).map(([name, run]) => [name, best(run)]))
for (const [name, rate] of Object.entries(rates)) console.log(`${name.padEnd(22)}${Math.round(rate).toLocaleString('en').padStart(10)}`)
console.log(
  `typed reading has ${((rates['XML to a typed body'] ?? 0) / (rates['saxes alone'] ?? 1)).toFixed(2)} of the rate of saxes alone`,
)

function orderCodec(): ReturnType<typeof createElementCodec> {
  const { project, told } = projectOf({ dir: join(root, 'test/fixtures/xsd') })
  const set = loadSchemas(project, 'place-order.xsd', [])
  const element = set?.elements.get('{urn:shop:orders:v1}PlaceOrder')
  if (!set || !element) throw new Error(`place-order.xsd cannot be used: ${told.map(({ message }) => message).join('; ')}`)
  return createElementCodec(set, element)
}

/** The payload of the harness's SOAP request, as a document. */
function order(): Buffer {
  const text = readFileSync(join(shared, 'soap-request.xml'), 'utf8')
  const payload = /<ord:PlaceOrder>.*<\/ord:PlaceOrder>/s.exec(text)?.[0] ?? ''
  return Buffer.from(payload.replace('<ord:PlaceOrder>', '<ord:PlaceOrder xmlns:ord="urn:shop:orders:v1">'))
}

function bareSaxes(bytes: Buffer): void {
  const parser = new SaxesParser({ xmlns: true, position: false })
  parser.on('opentag', () => {})
  parser.on('text', () => {})
  parser.on('closetag', () => {})
  parser.write(bytes.toString('utf8')).close()
}

/** The best of some runs, since the machine may have other work. */
function best(run: () => unknown): number {
  return Math.max(...Array.from({ length: 4 }, () => rate(run)))
}

function rate(run: () => unknown): number {
  const start = process.cpuUsage()
  let count = 0
  for (let spent = 0; spent < (seconds / 4) * 1e6; count += 500) {
    for (let turn = 0; turn < 500; turn++) run()
    const { user, system } = process.cpuUsage(start)
    spent = user + system
  }
  const { user, system } = process.cpuUsage(start)
  return (count * 1e6) / (user + system)
}
