import type { Answer, Headers } from '../message.ts'
import { SPLIT } from '../ports.ts'
import { createBury, type WireBuried } from './bury.ts'
import type { Query } from './database.ts'
import type { Kind, Listed } from './lists.ts'
import type { Selection } from './port.ts'
import { createLoad } from './reads.ts'
import type { DeliveryRow, Loaded } from './rows.ts'
import { keepStatements, readStatements, wayStatements } from './statements.ts'
import { createUnbury } from './unbury.ts'
import type { Base } from './way.ts'

/** What a delivery is replayed with: its `deliveryKey`, type, headers, parameters, where the body lies in the freight, and the stored one. */
export type WireRemade = [
  name: string,
  contentType: string,
  headers: string | null,
  params: string | null,
  start: number,
  length: number,
  stored: string | null,
]
/** A kept answer: everything but its body as text, and the body. */
export type WireAnswer = [text: string, body: Uint8Array]

/** What people, request-reply and dead letters write. Each is called inside a transaction. */
export function createKeep(base: Base, find: (selection: Selection, kinds: readonly Kind[]) => readonly Listed[]) {
  const q = { ...prepareKeep(base), unbury: createUnbury(base) }
  const bury = createBury(base)
  return {
    bury: (messages: readonly WireBuried[]): void => messages.forEach(bury),
    /** At most 500 at a time. */
    replay(selection: Selection, by: string, remade: readonly WireRemade[], now: number): Loaded {
      const found = find(selection, ['dead'])
      const fresh = new Map(remade.map(one => [one[0], one]))
      const opened = found.filter(one => reopen(base, q, one, fresh.get(`${one.message_id} ${one.entry}`), now))
      for (const one of opened) q.event.run(one.message_id, one.entry, now, 'replayed', null, null, null, null, by)
      return q.load(opened.flatMap(one => q.delivery.get(one.message_id, one.entry) ?? []))
    },
    /** At most 500 dead and 500 undelivered at a time. */
    discard(selection: Selection, by: string, now: number): number {
      const found = find(selection, ['dead', 'undelivered'])
      for (const one of found) discardOne(base, q, one, now, by)
      return found.length
    },
    setPaused: (target: string, paused: boolean, by: string, now: number): void => void q.pause.run(target, paused ? 1 : 0, now, by),
    keepReply(messageId: string, entry: string, answer: WireAnswer, now: number): void {
      const seq = base.nextSeq++
      q.insertBody.run(seq, answer[1])
      q.keepReply.run(answer[0], seq, messageId)
      q.event.run(messageId, entry, now, 'late-reply', null, null, null, null, null)
    },
    beginCall: (identity: string, hash: string, now: number) => beginCall(base, q, identity, { hash, now }),
    endCall(identity: string, answer: WireAnswer | null, now: number): void {
      if (answer) q.endCall.run(answer[0], answer[1], now, identity)
      else q.forgetCall.run(identity)
    },
  }
}

type Keep = ReturnType<typeof prepareKeep> & { readonly unbury: (parent: string) => void }

function prepareKeep({ db, dialect }: Base) {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const s = keepStatements
  return {
    insertBody: statement(wayStatements.insertBody),
    event: statement(wayStatements.insertEvent),
    reopen: statement<{ target: string; bytes: number }>(s.reopen),
    newBody: statement(s.newBody),
    discard: statement(s.discard),
    call: statement<{ hash: string; answer: string | null; body: Uint8Array | null; ended_at: number | null }>(s.call),
    beginCall: statement(s.beginCall),
    endCall: statement(s.endCall),
    forgetCall: statement(s.forgetCall),
    keepReply: statement(s.keepReply),
    pause: statement(s.pause),
    delivery: statement<DeliveryRow>(readStatements.delivery),
    load: createLoad(statement<{ bytes: Uint8Array }>(readStatements.body)),
  }
}

function reopen(base: Base, q: Keep, one: Listed, fresh: WireRemade | undefined, now: number): boolean {
  if (fresh) {
    const [, contentType, headers, params, start, length, stored] = fresh
    const seq = base.nextSeq++
    q.insertBody.run(seq, base.freight.subarray(start, start + length))
    q.newBody.run(contentType, headers, params, seq, length, stored, one.message_id, one.entry)
  }
  base.latest = Math.max(base.latest, now)
  const opened = q.reopen.get(now, now, one.message_id, one.entry)
  if (!opened) return false
  base.tally.add(opened.target, 'dead', -1)
  base.tally.open(opened.target, 1, opened.bytes)
  base.families.changed(one.message_id, one.entry, 'dead')
  if (opened.target.startsWith(SPLIT)) {
    base.families.ended(one.message_id, false)
    q.unbury(one.message_id)
  }
  return true
}

function discardOne({ tally, families, batches }: Base, q: Keep, one: Listed, now: number, by: string): void {
  q.discard.run(now, one.message_id, one.entry)
  q.event.run(one.message_id, one.entry, now, 'discarded', null, null, null, null, by)
  tally.add(one.target, 'discarded', 1)
  if (one.state === 'dead') tally.add(one.target, 'dead', -1)
  else tally.open(one.target, -1, -one.bytes)
  families.changed(one.message_id, one.entry, one.state)
  batches.ended(one.message_id, 'discarded', now)
  if (one.target.startsWith(SPLIT)) families.ended(one.message_id, true)
}

function beginCall(base: Base, q: Keep, identity: string, { hash, now }: { hash: string; now: number }) {
  const found = q.call.get(identity)
  if (found && (found.ended_at === null || now - found.ended_at < base.identityWindowMs)) {
    if (found.hash !== hash) return 'conflict'
    if (found.answer === null) return 'running'
    const kept: WireAnswer = [found.answer, Uint8Array.from(found.body ?? [])]
    return kept
  }
  if (found) q.forgetCall.run(identity)
  q.beginCall.run(identity, hash)
  return 'new'
}

/** An answer as it goes to the store. */
export function packAnswer({ body, ...rest }: Answer): WireAnswer {
  return [JSON.stringify(rest), body]
}

/** An answer as the store kept it. */
export function unpackAnswer([text, body]: WireAnswer): Answer {
  const { status, headers, contentType, fault }: { status: number; headers: Headers; contentType: string; fault?: Answer['fault'] } =
    JSON.parse(text)
  return { status, headers, contentType, ...(fault && { fault }), body }
}
