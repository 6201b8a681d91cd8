import { XSI } from '../../transformers/xml/events.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import type { TypeDefinition } from '../../transformers/xsd/model.ts'
import { createElementReader, elementXml, escapeAttribute } from './element.ts'
import { createEncodedReader } from './encoded.ts'
import { createEnvelopeHandler } from './envelope.ts'
import type { Codecs } from './message-codec.ts'
import { ENCODINGS, ENVELOPES } from './versions.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** Codecs that tell the type of what they write, as receivers of encoded messages expect it (SOAP 1.1, 5.1). */
export function encodedCodecs(codecs: Codecs): Codecs {
  return element => {
    const codec = codecs(element)
    const type = typeAttribute(element.type)
    return {
      reader: codec.reader,
      write: body => withAttributes(codec.write(body), type, 'type='),
      get schema() {
        return codec.schema ?? {}
      },
    }
  }
}

/** Puts the encoding's name on the wrapper of a message. */
export function encodedRoot(version: SoapVersion): (xml: string) => string {
  const attributes = ` xmlns:e="${ENVELOPES[version]}" e:encodingStyle="${ENCODINGS[version]}"`
  return xml => withAttributes(xml, attributes, undefined)
}

function typeAttribute({ name }: TypeDefinition): string {
  if (!name) return ''
  return ` xmlns:t="${escapeAttribute(name.ns)}" xmlns:xsi="${XSI}" xsi:type="t:${name.local}"`
}

const START = /^<[^\s/>]+/

function withAttributes(xml: string, attributes: string, unless: string | undefined): string {
  const [start] = START.exec(xml) ?? []
  if (start === undefined || attributes === '') return xml
  // A derived type or nil has been told already.
  if (unless !== undefined && xml.slice(0, xml.indexOf('>')).includes(`:${unless}`)) return xml
  return start + attributes + xml.slice(start.length)
}

/** The payload of an encoded answer as literal XML: what references mean put in their places. Throws NOT_READABLE. */
export function literalPayload(envelope: string): string {
  const root = createElementReader()
  const encoded = createEncodedReader(root)
  const handler = createEnvelopeHandler({ head() {}, child: () => encoded.child() })
  readXml(envelope, handler)
  handler.end()
  encoded.result()
  return elementXml(root.result())
}
