import { GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { SplitRecord, Splitting } from '../gateway/ports.ts'
import type { ReadRecord, RecordFormat } from '../transformers/format.ts'
import { writeJson } from '../transformers/json/codec.ts'
import { requestFormat } from './formats.ts'
import { type CompiledRoute, planRecord } from './route.ts'
import { recordMessage } from './split.ts'

/** How the records of a message are read and planned on its route; throws NO_ROUTE where today's route does not split. */
export function splittingOf(route: CompiledRoute, message: Message): Splitting {
  const formats = route.sources[message.sourceIndex]?.formats ?? []
  const records = requestFormat(formats, message.contentType).records
  const { config } = route.split ?? {}
  if (!config || !records) throw new GatewayError('NO_ROUTE', `route ${route.config.name} does not split by records any more`)
  return {
    rejects: config.rejects,
    stopAt: config.stopAt,
    read: bytes => readAll(records, bytes),
    plan(record) {
      if (record.error) throw record.error
      return planRecord(route, recordMessage(message, record, writeJson(record.body), 'application/json'), record.body)
    },
    reject: (record, { code, detail }) => ({ message: recordMessage(message, record, record.raw), code, detail }),
  }
}

async function* readAll(records: RecordFormat, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SplitRecord[]> {
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
