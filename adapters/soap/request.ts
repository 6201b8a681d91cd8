import { GatewayError } from '../../gateway/errors.ts'
import { clark, type XmlHandler, type XmlName, type XmlPlace, type XmlTag } from '../../transformers/xml/events.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { attachedMembers } from './attached.ts'
import { isPackage, type Package, type Part, readPackage } from './attachments.ts'
import { createEncodedReader, type EncodedReader } from './encoded.ts'
import { createEnvelopeHandler, type EnvelopeHead } from './envelope.ts'
import type { ValueReader } from './message-codec.ts'
import type { Actions, Operations, SoapOperation } from './operations.ts'
import type { SoapVersion } from './wsdl/model.ts'
import { createXopHandler } from './xop-handler.ts'

/** What is to be made of envelopes. */
export interface RequestReading {
  /** Absent: without a WSDL. */
  readonly operations?: Operations
  /** Without a WSDL: reads any payload. */
  plain(place?: () => XmlPlace): ValueReader
  /** The payload is looked at, not read. */
  readonly raw: boolean
  /** Parts that nothing refers to become `$attachments`. */
  readonly attachments: boolean
}

/** What happens on the way. */
export interface RequestWatch {
  version?(version: SoapVersion): void
  /** Says what the headers say of the operation; throws what refuses the message. */
  head?(head: EnvelopeHead): Actions
}

/** An envelope that was read. */
export interface ReadRequest {
  readonly version: SoapVersion
  readonly headers: EnvelopeHead['headers']
  readonly root: XmlName | undefined
  readonly operation: SoapOperation | undefined
  readonly body: unknown
}

interface Progress {
  place?: () => XmlPlace
  head?: EnvelopeHead
  actions: Actions
  root?: XmlName
  operation?: SoapOperation
  reader?: ValueReader
  encoded?: EncodedReader
}

/** Reads a request in one pass: its headers, then its payload by the codec of the operation that it is for. Throws what the sender is told. */
export function readRequest(bytes: Uint8Array, contentType: string, reading: RequestReading, watch: RequestWatch = {}): ReadRequest {
  const source = { bytes, contentType, reading }
  const heard: { actions: Actions } = { actions: {} }
  try {
    return read(source, {
      ...watch,
      head(head) {
        heard.actions = watch.head?.(head) ?? {}
        return heard.actions
      },
    })
  } catch (error) {
    // Places cost time: they are looked for where there is a fault.
    if (error instanceof GatewayError && error.code === 'SCHEMA_INVALID') read(source, { head: () => heard.actions }, true)
    throw error
  }
}

interface RequestSource {
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly reading: RequestReading
}

function read({ bytes, contentType, reading }: RequestSource, watch: RequestWatch, placed = false): ReadRequest {
  const parts = isPackage(contentType) ? readPackage(contentType, bytes) : undefined
  const used = new Set<Part>()
  const progress: Progress = { actions: {} }
  const handler = createEnvelopeHandler({
    ...(placed && {
      begin(place: () => XmlPlace) {
        progress.place = place
      },
    }),
    ...(watch.version && { version: watch.version }),
    head(head) {
      progress.head = head
      progress.actions = watch.head?.(head) ?? {}
    },
    child(tag, index) {
      const inner = child(tag, index, progress, reading)
      return parts && !reading.raw ? createXopHandler(inner, parts, used) : inner
    },
  })
  readXml(parts ? parts.root.body : bytes, handler, { contentType: parts ? parts.root.contentType : contentType })
  handler.end()
  return finished(progress, reading, parts && { parts, used })
}

function child(tag: XmlTag, index: number, progress: Progress, { operations, plain, raw }: RequestReading): XmlHandler {
  if (index > 0) return next(tag, progress)
  progress.root = { ns: tag.ns, local: tag.local }
  if (operations) progress.operation = operations.find(progress.root, progress.actions)
  if (raw) return IGNORED
  const reader = progress.operation ? progress.operation.input().reader(progress.place) : plain(progress.place)
  progress.reader = reader
  if (progress.operation?.described.use !== 'encoded') return reader
  progress.encoded = createEncodedReader(reader)
  return progress.encoded.child()
}

const IGNORED: XmlHandler = { open() {}, text() {}, close() {} }

function next(tag: XmlTag, { encoded, root }: Progress): XmlHandler {
  if (encoded) return encoded.child()
  const first = root ? clark(root) : ''
  throw new GatewayError(
    'NOT_READABLE',
    `Body has a second element, ${clark(tag).slice(0, 300)} after ${first.slice(0, 300)}; allowed: one`,
  )
}

function finished(progress: Progress, reading: RequestReading, package_: Packed | undefined): ReadRequest {
  const { head, root, reader, encoded } = progress
  if (!head) throw new GatewayError('NOT_READABLE', 'the envelope has no Body')
  const operation = root ? progress.operation : reading.operations?.find(undefined, progress.actions)
  if (!root && !reading.operations && !reading.raw) throw new GatewayError('NOT_READABLE', 'Body is empty')
  const body = encoded ? encoded.result() : (reader?.result() ?? {})
  return { ...head, root, operation, body: withParts(body, reading, package_, operation) }
}

interface Packed {
  readonly parts: Package
  readonly used: ReadonlySet<Part>
}

function withParts(body: unknown, { attachments, raw }: RequestReading, packed: Packed | undefined, operation?: SoapOperation): unknown {
  const beside = packed && !raw ? packed.parts.attachments.filter(part => !packed.used.has(part)) : []
  if (beside.length === 0) return body
  const { members, loose } = attachedMembers(operation?.described.input.attachments ?? [], beside)
  const whole = { ...(typeof body === 'object' ? body : { $: body }), ...members }
  if (loose.length === 0) return whole
  const ids = loose.map(({ id }) => `<${id.slice(0, 80)}>`).slice(0, 5)
  if (!attachments) {
    throw new GatewayError('NOT_READABLE', `${loose.length} parts stand beside the envelope that nothing in it includes: ${ids.join(', ')}`)
  }
  const list = loose.map(part => ({ '@id': part.id, '@contentType': part.contentType, $: part.body.toString('base64') }))
  return { ...whole, $attachments: list }
}
