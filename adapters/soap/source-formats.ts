import type { Project } from '../../config/project.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Format, Formats, Readable } from '../../transformers/format.ts'
import { bytesFormat } from '../../transformers/formats/bytes.ts'
import { decodeXml } from '../../transformers/xml/decode.ts'
import { readXml } from '../../transformers/xml/reader.ts'
import { createXmlWriter } from '../../transformers/xml/writer.ts'
import type { SourceBinding } from '../adapter.ts'
import { behind, cutAttached, membersOf, withMembers } from './attached.ts'
import { checkSource } from './check.ts'
import { writeEnvelope } from './envelope-writer.ts'
import type { ElementCodec } from './message-codec.ts'
import type { SoapOperation } from './operations.ts'
import { keptBody } from './parsed.ts'
import { compileReceipt } from './receipt.ts'
import { readRequest } from './request.ts'
import { keysOf, type SoapSite, siteOf } from './site.ts'
import { afterMisc } from './tags.ts'
import { CONTENT_TYPES, versionOf } from './versions.ts'

/** How requests of a source are read, and what stands in Body of its replies and in the detail of its faults is written. Undefined where the config has faults, which are then the project's. */
export function sourceFormats(binding: SourceBinding, project: Project): Formats | undefined {
  const site = siteOf(binding, project)
  if (!site || !checkSource(binding, site, project)) return undefined
  if (site.options.raw) return { request: bytesFormat, reply: bytesFormat }
  compileReceipt(binding, project)
  const own = keysOf(binding.source).operation
  const operation = (name: string | undefined) => site.operations?.get(own ?? name ?? '')
  const fixed = operation(undefined)
  return {
    request: requestFormat(site, operation, fixed),
    reply: replyFormat(site, operation, fixed),
    fault: (name, asked) => faultFormat(site, operation(asked), name),
  }
}

type Find = (name: string | undefined) => SoapOperation | undefined

function takes(type: string): boolean {
  return type === 'text/xml' || type === 'application/xml' || type.endsWith('+xml') || type === 'multipart/related'
}

const shared = { contentType: CONTENT_TYPES['1.1'], takes, wraps: true } as const

function requestFormat(site: SoapSite, operation: Find, fixed: SoapOperation | undefined): Format {
  return {
    ...shared,
    get schema() {
      return fixed?.input().schema
    },
    read(message) {
      const kept = keptBody(message.body)
      if (kept) return kept.body
      if (message.contentType.startsWith('multipart/')) return readRequest(message.body, message.contentType, site.reading).body
      const { payload, attached } = cutAttached(message.body)
      const bare = { ...message, body: payload }
      if (isEnvelope(bare)) return withMembers(readRequest(payload, message.contentType, site.reading).body, attached)
      return readElement(message, operation(message.meta.operation)?.input(), site)
    },
    write(body, name) {
      const { payload, parts } = behind(payloadOf(body, operation(name)?.input(), site))
      return Buffer.concat([writeEnvelope('1.1', payload), parts])
    },
  } as Format
}

function replyFormat(site: SoapSite, operation: Find, fixed: SoapOperation | undefined): Format {
  return {
    ...shared,
    get schema() {
      return fixed?.output()?.schema
    },
    read: message => readElement(message, operation(message.meta.operation)?.output(), site),
    write(body, name) {
      const found = operation(name)
      if (found && !found.described.output) return NOTHING
      return payloadOf(body, found?.output(), site)
    },
  } as Format
}

const NOTHING = new Uint8Array()

function faultFormat(site: SoapSite, operation: SoapOperation | undefined, name: string): Format | undefined {
  const codec = operation?.fault(name)
  if (!codec) return undefined
  return {
    ...shared,
    ...(codec.schema && { schema: codec.schema }),
    read: message => readElement(message, codec, site),
    write: body => payloadOf(body, codec, site),
  }
}

/** What stands in Body: what a codec writes, or XML that a transformer made, without its prolog. */
function payloadOf(body: unknown, codec: ElementCodec | undefined, { plain, operations }: SoapSite): Uint8Array {
  if (body instanceof Uint8Array) return bareXml(body)
  if (codec) return Buffer.from(codec.write(body))
  if (operations) throw new GatewayError('MAPPING_FAILED', 'the operation is not known, so that its message cannot be written')
  const writer = createXmlWriter()
  plain.writeInto(writer, body)
  return Buffer.from(writer.result())
}

const IGNORED = { open() {}, text() {}, close() {} }

function bareXml(bytes: Uint8Array): Uint8Array {
  const text = decodeXml(bytes)
  readXml(text, IGNORED)
  return Buffer.from(text.slice(afterMisc(text, 0)))
}

function isEnvelope({ body, contentType }: Readable): boolean {
  let found: boolean | undefined
  try {
    readXml(
      body,
      {
        ...IGNORED,
        open(tag) {
          found ??= tag.local === 'Envelope' && versionOf(tag.ns) !== undefined
          if (found !== undefined) throw new Error('that is all')
        },
      },
      { contentType },
    )
  } catch (error) {
    if (found === undefined) throw error
  }
  return found ?? false
}

function readElement({ body, contentType }: Readable, codec: ElementCodec | undefined, { plain }: SoapSite): unknown {
  if (body.length === 0) return {}
  if (!codec) return plain.read(body, contentType)
  const { payload, attached } = cutAttached(body)
  if (payload.length === 0) return membersOf(attached)
  const reader = codec.reader()
  readXml(payload, reader, { contentType })
  return withMembers(reader.result(), attached)
}
