import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { adapters } from '../adapters/registry.ts'
import { type FileMeta, type Message, type Meta, newId } from '../gateway/message.ts'
import type { Format } from '../transformers/format.ts'
import { jsonFormat } from '../transformers/formats/json.ts'
import { parseJson, writeJson } from '../transformers/json/codec.ts'
import { isPath } from './check-samples.ts'
import type { Project, SourceConfig } from './project.ts'

/** A message's content, and what it is called. */
export interface Sample {
  readonly body: Uint8Array
  readonly contentType: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
}

/** What the type of a file's content is called, by the file's name. */
export function typeOfFile(file: string): string {
  return TYPES[extname(file)] ?? 'application/octet-stream'
}

/** The content that a test gives: a file of the project, or the value itself, written as the source's first format has it. `bodyless`: without one a message has no type either. Throws where the file cannot be read. */
export function sampleOf({ dir }: Project, value: unknown, format: Format, bodyless = false): Sample {
  if (isPath(value)) return { body: readFileSync(resolve(dir, value)), contentType: typeFor(value, format) }
  if (value === undefined) return { body: new Uint8Array(), contentType: bodyless ? '' : format.contentType }
  if (typeof value === 'string' && format !== jsonFormat) return { body: Buffer.from(value), contentType: writtenType(format) }
  return format.wraps || format.schema
    ? { body: format.write(value), contentType: format.contentType }
    : { body: writeJson(value), contentType: 'application/json' }
}

/** The content type that a file is sent with: by its name where the source takes that, else as the source has it. */
export function typeFor(file: string, format: Format): string {
  const type = typeOfFile(file)
  return format.takes(type) ? type : format.contentType
}

function writtenType({ contentType }: Format): string {
  return contentType === 'application/octet-stream' ? 'text/plain' : contentType
}

/** A body that went over the wire, for comparison: read by its format, else as `readContent` has it. */
export function readWire({ body, contentType }: Sample, format: Format | undefined, meta: Meta = {}): unknown {
  if (!format || format === jsonFormat || body.length === 0 || !format.takes(contentType.split(';', 1)[0] ?? ''))
    return readContent(body, contentType)
  try {
    return format.read({ body, contentType, meta })
  } catch {
    return readContent(body, contentType)
  }
}

/** What a test expects: the content of a file of the project, or the value itself. */
export function expectedOf({ dir }: Project, value: unknown): unknown {
  return isPath(value) ? readContent(readFileSync(resolve(dir, value)), typeOfFile(value)) : value
}

/** A body as its values where it is JSON, else as text. */
export function readContent(body: Uint8Array, contentType: string): unknown {
  if (body.length === 0) return undefined
  try {
    if (/json/.test(contentType)) return parseJson(body).value
  } catch {
    // What calls itself JSON and is not is shown as it is.
  }
  return Buffer.from(body).toString()
}

/** What a message is made of beside its content. */
export interface Sending {
  readonly route: string
  readonly index: number
  readonly source: SourceConfig
  readonly headers: Readonly<Record<string, string>>
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Where its sources are files: the name. */
  readonly file?: string
}

/** A message as the source would make it. Header names are in lower case, as they are on their way. */
export function messageOf({ body, contentType }: Sample, { route, index, source, headers, path, query, file }: Sending): Message {
  const { 'content-type': told, ...others } = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const id = newId()
  return {
    id,
    route,
    sourceIndex: index,
    source: source.name,
    ...(source.client !== undefined && { client: source.client }),
    correlationId: others['x-correlation-id'] ?? id,
    contentType: told ?? contentType,
    headers: others,
    meta: { ...(path && { path }), ...(query && { query }), ...(isFile(source) && { file: fileOf(body, file) }) },
    body,
    receivedAt: Date.now(),
  }
}

/** True where each message of the source is a file, with `meta.file`. */
export function isFile({ adapter, options }: Pick<SourceConfig, 'adapter' | 'options'>): boolean {
  return options !== undefined && adapters[adapter]?.source.files?.(options) === true
}

function fileOf(body: Uint8Array, name = 'file'): FileMeta {
  return { name: basename(name), folder: '', bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') }
}
