import type { Page, TargetState } from '../receipts.ts'
import type { Query } from './database.ts'
import { MANY } from './limits.ts'
import type { DeadLetter, Selection } from './port.ts'
import { extraOf } from './rows.ts'
import { conditions, listStatements } from './statements.ts'
import type { Base } from './way.ts'

interface ListedRow {
  readonly message_id: string
  readonly entry: string
  readonly target: string
  readonly route: string
  readonly key: string | null
  readonly reason: string | null
  readonly last_error: string | null
  readonly attempts: number
  readonly bytes: number
  readonly received_at: number
  readonly settled_at: number | null
  readonly state: string
  readonly place: string
  readonly due_at: number
  readonly parent_id: string | null
  readonly extra: string | null
}

type Undelivered = DeadLetter & { state: TargetState; dueAt?: number }
export type Kind = 'dead' | 'undelivered'
export type Listed = Pick<ListedRow, 'message_id' | 'entry' | 'target' | 'bytes' | 'state'>

/** The columns of each list's order: the last row's are the cursor. */
const ORDER = {
  dead: ['message_id', 'entry'],
  undelivered: ['target', 'place', 'due_at', 'message_id', 'entry'],
} as const

/** Dead letters and what is not yet delivered, a page at a time. */
export function createLists(base: Pick<Base, 'db' | 'dialect'>) {
  const statement = (sql: string): Query<ListedRow> => base.db.prepare<unknown[], ListedRow>(base.dialect.placed(sql))
  const list = (kind: Kind, selection: Selection, cursor: string | undefined, limit = 50) => {
    const most = Math.min(limit, MANY)
    const { where, values } = whereOf(selection)
    const sql = listStatements[cursor === undefined ? kind : (`${kind}After` as const)].replace('{where}', where)
    const rows = statement(sql).all(...(cursor === undefined ? [] : decode(cursor)), ...values, most)
    const last = rows.length === most ? rows.at(-1) : undefined
    return { rows, ...(last && { cursor: encode(ORDER[kind].map(column => last[column])) }) }
  }
  return {
    dead(selection: Selection, cursor?: string, limit?: number): Page<DeadLetter> {
      const { rows, ...next } = list('dead', selection, cursor, limit)
      return { items: rows.map(toDeadLetter), ...next }
    },
    undelivered(selection: Selection, cursor?: string, limit?: number): Page<Undelivered> {
      const { rows, ...next } = list('undelivered', selection, cursor, limit)
      return { items: rows.map(toUndelivered), ...next }
    },
    /** At most 500 of them: who changes them asks again. */
    find: (selection: Selection, kinds: readonly Kind[]): Listed[] => kinds.flatMap(kind => list(kind, selection, undefined, MANY).rows),
  }
}

function whereOf({ ids, target, reason, route, parent, after, before, except = [] }: Selection): { where: string; values: unknown[] } {
  const given: [keyof typeof conditions, unknown][] = [
    ['target', target],
    ['reason', reason],
    ['route', route],
    ['parent', parent],
    ['after', after],
    ['before', before],
  ]
  const parts = given.filter(([, value]) => value !== undefined)
  const listed = ids && ` AND d.message_id IN (${ids.map(() => '?').join(', ') || 'NULL'})`
  const others = except.length > 0 ? ` AND d.message_id || ' ' || d.entry NOT IN (${except.map(() => '?').join(', ')})` : ''
  return {
    where: parts.map(([name]) => ` AND ${conditions[name]}`).join('') + (listed ?? '') + others,
    values: [...parts.flatMap(([name, value]) => (name === 'parent' ? [value, value] : [value])), ...(ids ?? []), ...except],
  }
}

function toDeadLetter(row: ListedRow): DeadLetter {
  const reason = row.reason ?? ''
  const told = row.last_error ?? ''
  return {
    messageId: row.message_id,
    entry: row.entry,
    target: row.target,
    route: row.route,
    ...(row.key !== null && { key: row.key }),
    reason,
    detail: told.startsWith(`${reason}: `) ? told.slice(reason.length + 2) : told,
    attempts: row.attempts,
    acceptedAt: row.received_at,
    deadAt: row.settled_at ?? 0,
    ...(row.parent_id !== null && { parent: row.parent_id, ...recordOf(row) }),
  }
}

function recordOf({ extra }: ListedRow): Pick<DeadLetter, 'record'> {
  const { number, line, entry } = extraOf(extra).meta?.record ?? {}
  if (number === undefined) return {}
  return { record: { number, ...(line !== undefined && { line }), ...(entry !== undefined && { entry }) } }
}

function toUndelivered(row: ListedRow): Undelivered {
  const state = row.state === 'waiting' ? 'waiting' : 'queued'
  return { ...toDeadLetter(row), state, ...(state === 'waiting' && { dueAt: row.due_at }) }
}

function encode(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

function decode(cursor: string): unknown[] {
  return JSON.parse(Buffer.from(cursor, 'base64url').toString())
}
