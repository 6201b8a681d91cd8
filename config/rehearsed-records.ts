import type { GatewayError } from '../gateway/errors.ts'
import { type Message, newId, type RecordCounts } from '../gateway/message.ts'
import { writeJson } from '../transformers/json/codec.ts'
import type { RouteConfig } from './project.ts'
import type { RehearsedDelivery } from './rehearse-delivery.ts'
import type { PlannedRecords } from './rehearse-records.ts'

/** What would become of the records of a message: its counts, as its receipt has them, and who was refused. */
export interface RehearsedRecords {
  readonly counts: RecordCounts
  readonly rejects: readonly { readonly number: number; readonly line?: number; readonly code: string; readonly detail: string }[]
  /** Why no more were taken, or none. */
  readonly error?: GatewayError
}

/** Counts records once their deliveries have ended. */
export function countRecords({ plans, known, rejects, error }: PlannedRecords, ended: readonly RehearsedDelivery[]): RehearsedRecords {
  const failed = new Set(ended.filter(({ state }) => state === 'dead').map(({ record }) => record)).size
  const filtered = plans.filter(plan => plan.filtered !== undefined).length
  return {
    counts: {
      ...{ read: plans.length + known + rejects.length, accepted: plans.length, known, rejected: rejects.length },
      ...{ delivered: plans.length - failed - filtered, failed, filtered, complete: true },
    },
    rejects: rejects.map(({ message, code, detail }) => {
      const { number = 0, line } = message.meta.record ?? {}
      return { number, ...(line !== undefined && { line }), code, detail }
    }),
    ...(error && { error }),
  }
}

/** The message that `done` sends once all records have ended; undefined where the route has none, or the message was not split. */
export function receiptMessage({ name, done }: RouteConfig, message: Message, records: RehearsedRecords | undefined): Message | undefined {
  if (!done || !records) return undefined
  const { counts, rejects, error } = records
  const state = error || counts.rejected + counts.failed > 0 ? 'failed' : 'delivered'
  const { id, receivedAt, meta } = message
  const body = {
    ...{ id, route: name, state, receivedAt: new Date(receivedAt).toISOString() },
    ...(meta.file && { file: meta.file }),
    ...(error && { error: `${error.code}: ${error.detail}` }),
    ...{ records: counts, rejects: rejects.map(one => ({ id: newId(), ...one })) },
  }
  const { identity: _, ...rest } = message
  return { ...rest, id: newId(), route: done.route, sourceIndex: 0, contentType: 'application/json', headers: {}, body: writeJson(body) }
}
