import type { SplitRecord } from '../gateway/ports.ts'
import type { Formats, ReadRecord, RecordFormat } from '../transformers/format.ts'
import { type PackKind, packedTypes } from '../transformers/unpack/packed.ts'
import { unpack } from '../transformers/unpack/unpack.ts'

/** What senders call packed bytes. */
const PACKED = new Set([
  ...Object.values(packedTypes),
  ...['application/x-gzip', 'application/x-zip-compressed', 'application/x-gtar', 'application/octet-stream'],
])

/** The formats of a source whose bodies are packed: they take these as well by their content type. */
export function packedFormats({ request, ...rest }: Formats): Formats {
  return { ...rest, request: { ...request, takes: type => PACKED.has(type) || request.takes(type) } }
}

/** The records of a body in pieces, in order; of packed ones file after file, whose numbers go on. */
export async function* readRecords(
  records: RecordFormat,
  bytes: AsyncIterable<Uint8Array>,
  packed: PackKind | undefined,
): AsyncGenerator<readonly SplitRecord[]> {
  if (packed === undefined) {
    yield* readOne(records, bytes)
    return
  }
  let before = 0
  for await (const { name, bytes: unpacked } of unpack(packed, bytes)) {
    let last = before
    for await (const some of readOne(records, unpacked)) {
      const within = some.map(one => ({ ...one, number: before + one.number, ...(name !== '' && { entry: name }) }))
      last = within.at(-1)?.number ?? last
      yield within
    }
    before = last
  }
}

async function* readOne(records: RecordFormat, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SplitRecord[]> {
  const reader = records.reader()
  const withHeader = (some: readonly ReadRecord[]) => {
    const { header } = reader
    return header === undefined ? some : some.map(one => ({ ...one, header }))
  }
  for await (const part of bytes) {
    const some = reader.push(part)
    if (some.length > 0) yield withHeader(some)
  }
  const last = reader.end()
  if (last.length > 0) yield withHeader(last)
}
