import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { root } from '../test/support/root.ts'
import { projectOf } from '../test/transformers/project.ts'
import { createElementCodec, type ElementCodec } from '../transformers/xsd/codec/codec.ts'
import { loadSchemas } from '../transformers/xsd/load.ts'
import { shared } from './shared.ts'

export const SAXES = 'saxes alone'
export const TYPED_READ = 'XML to a typed body'
export const TYPED_WRITE = 'a typed body to XML'
export const JSON_READ = 'JSON to the same body'

/** Work that is done again and again, by its name. */
export type Work = Readonly<Record<string, () => unknown>>

/** The order of the common harness as XML, typed by its schema, and beside it what others make of the same bytes. */
export function conversions(): Work {
  const codec = orderCodec()
  const document = order()
  const body = codec.read(document, 'application/xml')
  const json = JSON.stringify(body)
  return {
    [SAXES]: () => bareSaxes(document),
    [TYPED_READ]: () => codec.read(document, 'application/xml'),
    [TYPED_WRITE]: () => Buffer.from(codec.writeText(body)),
    [JSON_READ]: () => JSON.parse(json),
  }
}

function orderCodec(): ElementCodec {
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
