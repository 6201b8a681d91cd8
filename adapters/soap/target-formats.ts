import { GatewayError } from '../../gateway/errors.ts'
import type { Format, Formats, Readable } from '../../transformers/format.ts'
import { formats } from '../../transformers/formats/registry.ts'
import { clark, type XmlName, type XmlPlace } from '../../transformers/xml/events.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { cutAttached, withMembers } from './attached.ts'
import { encodedCodecs, encodedRoot } from './encoded-out.ts'
import { createMessageCodec, type ElementCodec, type ValueReader } from './message-codec.ts'
import type { SoapSystem } from './system-options.ts'
import { type SoapPlace, soapTarget } from './target.ts'
import type { WsdlFault, WsdlMessage, WsdlOperation } from './wsdl/model.ts'
import { createWsdlCodecs } from './wsdl-codecs.ts'

/** How the payloads of an operation are written and those of its answers read, as the WSDL has them; without a WSDL as any XML. Undefined where the options have faults, which are then the project's. */
export function targetFormats(options: unknown, place: SoapPlace): Formats | undefined {
  const system = options as SoapSystem
  if (system.wsdl === undefined) return formats.xml?.create({}, place)
  const target = soapTarget(system, place)
  if (!target?.described) return undefined
  const { version } = target
  const { wsdl, operation } = target.described
  const literal = createWsdlCodecs(wsdl)
  const codecs = operation.use === 'encoded' ? encodedCodecs(literal) : literal
  const root = operation.use === 'encoded' ? encodedRoot(version) : asItIs
  const formatFor = (message: WsdlMessage) => {
    const codec = createMessageCodec(operation, message, codecs)
    // The name of an rpc answer's wrapper says nothing (SOAP 1.1, 7.1).
    const expected = operation.style === 'rpc' ? undefined : codec.root
    return codec.root ? formatOf({ codec, expected, root, isObject: isObject(operation, message) }) : EMPTY
  }
  const faults = new Map<string, Format>()
  const faultOf = ({ name, element }: WsdlFault) => {
    const known = faults.get(name) ?? formatOf({ codec: literal(element), expected: element.name, root: asItIs, isObject: false })
    faults.set(name, known)
    return known
  }
  return {
    request: formatFor(operation.input),
    reply: operation.output ? formatFor(operation.output) : EMPTY,
    fault(name) {
      const declared = operation.faults.find(fault => fault.name === name)
      return declared && faultOf(declared)
    },
  }
}

interface Payload {
  readonly codec: ElementCodec
  /** The element's name, where it matters. */
  readonly expected: XmlName | undefined
  /** Its body is an object, and never null. */
  readonly isObject: boolean
  /** What becomes of the written element. */
  root(xml: string): string
}

/** Whether a message's body is an object, and never null. */
function isObject({ style }: WsdlOperation, { parts: [payload] }: WsdlMessage): boolean {
  if (style === 'rpc') return true
  const { element } = payload ?? {}
  return element?.type.kind === 'complex' && element.type.content.kind !== 'simple' && !element.nillable
}

function asItIs(xml: string): string {
  return xml
}

const CONTENT_TYPE = 'application/xml'

function takes(type: string): boolean {
  return type === CONTENT_TYPE || type === 'text/xml' || type.endsWith('+xml')
}

function formatOf(payload: Payload): Format {
  const { codec, root, isObject } = payload
  return {
    contentType: CONTENT_TYPE,
    takes,
    read(readable) {
      try {
        return readPayload(payload, readable, false)
      } catch (error) {
        // Places cost time: they are looked for where there is a fault.
        if (error instanceof GatewayError && error.code === 'SCHEMA_INVALID') readPayload(payload, readable, true)
        throw error
      }
    },
    // A message without a body has an empty payload: what must be in it is told by its name.
    write: body => Buffer.from(root(codec.write(body === null && isObject ? {} : body))),
    // Made where somebody asks.
    get schema() {
      return codec.schema ?? {}
    },
  }
}

function readPayload({ codec, expected }: Payload, { body, contentType }: Readable, placed: boolean): unknown {
  const { payload, attached } = cutAttached(body)
  let place: (() => XmlPlace) | undefined
  let reader: ValueReader | undefined
  readXml(
    payload,
    {
      ...(placed && {
        begin(where: () => XmlPlace) {
          place = where
        },
      }),
      open(tag) {
        if (!reader && expected && (tag.local !== expected.local || tag.ns !== expected.ns)) throw another(tag, expected)
        reader ??= codec.reader(place)
        reader.open(tag)
      },
      text: text => reader?.text(text),
      close: () => reader?.close(),
    },
    { contentType },
  )
  return withMembers(reader?.result(), attached)
}

function another(seen: XmlName, expected: XmlName): GatewayError {
  const message = `the element is ${clark(seen).slice(0, 300)}; expected ${clark(expected)}`
  return new GatewayError('SCHEMA_INVALID', message, { errors: [{ message, rule: 'element' }] })
}

/** Of messages that have no part, and of one-way operations' answers. */
const EMPTY: Format = { contentType: CONTENT_TYPE, takes, read: () => ({}), write: () => new Uint8Array() }
