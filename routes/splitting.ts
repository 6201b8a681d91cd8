import { GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { Splitting } from '../gateway/ports.ts'
import { writeJson } from '../transformers/json/codec.ts'
import { requestFormat } from './formats.ts'
import { type CompiledRoute, planRecord } from './route.ts'
import { recordMessage } from './split.ts'
import { readRecords } from './unpacking.ts'

/** How the records of a message are read and planned on its route; throws NO_ROUTE where today's route does not split. */
export function splittingOf(route: CompiledRoute, message: Message): Splitting {
  const source = route.sources[message.sourceIndex]
  const { records, contentType } = requestFormat(source?.formats ?? [], message.contentType)
  const packed = source?.config.unpack
  const { config } = route.split ?? {}
  if (!config || !records) throw new GatewayError('NO_ROUTE', `route ${route.config.name} does not split by records any more`)
  return {
    rejects: config.rejects,
    stopAt: config.stopAt,
    read: bytes => readRecords(records, bytes, packed),
    plan(record) {
      if (record.error) throw record.error
      return planRecord(route, recordMessage(message, record, writeJson(record.body), 'application/json'), record.body)
    },
    reject(record, { code, detail }) {
      // what it came packed in says nothing of the record
      return { message: recordMessage(message, record, record.raw, packed && contentType), code, detail }
    },
  }
}
