import type { RecordCounts } from '../message.ts'
import type { Page, RejectView } from '../receipts.ts'
import type { Query } from './database.ts'
import { MANY } from './limits.ts'
import type { Untold } from './port.ts'
import { extraOf } from './rows.ts'
import { batchStatements, familyStatements, readStatements } from './statements.ts'
import type { Base } from './way.ts'

interface ParentRow {
  readonly accepted: number
  readonly known: number
  readonly rejected: number
  readonly delivered: number
  readonly failed: number
  readonly filtered: number
  readonly complete: number
}
interface RejectRow {
  readonly seq: number
  readonly id: string
  readonly extra: string | null
  readonly reason: string | null
  readonly last_error: string | null
  readonly body_seq: number
  readonly bytes: number
}
interface UntoldRow {
  readonly id: string
  readonly route: string
  readonly received_at: number
  readonly settled_at: number | null
}

/** Bytes of bad records at which a page ends. */
const PAGE_BYTES = 4_194_304

/** What is asked of messages that were split, or that carry others. */
export function createChildren({ db, dialect }: Pick<Base, 'db' | 'dialect'>) {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const s = familyStatements
  const counts = statement<ParentRow>(s.counts)
  const rejects = statement<RejectRow>(s.rejects)
  const untold = statement<UntoldRow>(s.untold)
  const body = statement<{ bytes: Uint8Array }>(readStatements.body)
  const referred = statement(s.referred)
  const members = statement<{ count: number }>(batchStatements.members)
  return {
    /** Of some hashes of stored bodies those that a message or a delivery refers to. */
    referenced: (hashes: readonly string[]): string[] =>
      hashes.filter(hash => referred.get(`${hash}:`, `${hash};`, `${hash}:`, `${hash};`) !== undefined),
    counts(id: string): RecordCounts | undefined {
      const row = counts.get(id)
      return row && countsOf(row)
    },
    members: (id: string): number => members.get(id)?.count ?? 0,
    rejects(id: string, cursor?: string, limit = MANY): Page<RejectView> {
      const most = Math.min(limit, MANY)
      const rows = rejects.all(id, Number(cursor ?? 0), most)
      const shown = within(rows)
      const last = shown < most && shown === rows.length ? undefined : rows[shown - 1]
      const items = rows.slice(0, shown).map(row => rejectOf(row, body.get(row.body_seq)?.bytes))
      return { items, ...(last && { cursor: String(last.seq) }) }
    },
    untold: (after: string): Untold[] =>
      untold.all(after, MANY).map(({ id, route, received_at, settled_at }) => ({
        id,
        route,
        receivedAt: received_at,
        ...(settled_at !== null && { settledAt: settled_at }),
      })),
  }
}

/** How many of them are no more than a page may have; one at least. */
function within(rows: readonly RejectRow[]): number {
  let bytes = 0
  const over = rows.findIndex((row, index) => {
    bytes += row.bytes
    return index > 0 && bytes > PAGE_BYTES
  })
  return over < 0 ? rows.length : over
}

/** Whether something is still to happen to records. */
export function isOpen({ complete, accepted, delivered, failed, filtered }: RecordCounts): boolean {
  return !complete || accepted > delivered + failed + filtered
}

function countsOf({ accepted, known, rejected, delivered, failed, filtered, complete }: ParentRow): RecordCounts {
  return { read: accepted + known + rejected, accepted, known, rejected, delivered, failed, filtered, complete: complete === 1 }
}

function rejectOf({ id, extra, reason, last_error, bytes }: RejectRow, raw: Uint8Array | undefined): RejectView {
  const { number = 0, line, entry } = extraOf(extra).meta?.record ?? {}
  const code = reason ?? ''
  return {
    id,
    number,
    ...(line !== undefined && { line }),
    ...(entry !== undefined && { entry }),
    code,
    detail: (last_error ?? '').replace(`${code}: `, ''),
    ...(raw && { raw: Uint8Array.from(raw.subarray(0, bytes)) }),
  }
}
