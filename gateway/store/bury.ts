import { keepStatements, wayStatements } from './statements.ts'
import type { Base } from './way.ts'
import type { Row } from './wire.ts'

/** A buried message: its row, where its body lies in the freight, why. */
export type WireBuried = [message: Row, start: number, length: number, code: string, detail: string, at: number]
export type BuryOne = (one: WireBuried) => void

/** Keeps a message that was never accepted as a dead letter. A source may bring it again before it hears that it was kept: then there is one. */
export function createBury(base: Base): BuryOne {
  const statement = (sql: string) => base.db.prepare<unknown[], never>(base.dialect.placed(sql))
  const insertMessage = statement(wayStatements.insertMessage)
  const insertBody = statement(wayStatements.insertBody)
  const claim = statement(wayStatements.claimIdentity)
  const event = statement(wayStatements.insertEvent)
  const insert = statement(keepStatements.bury)
  return ([message, start, length, code, detail, at]) => {
    const [id, identity, parent] = [String(message[0]), message[5], message[15]]
    if (typeof identity === 'string' && claim.run(`bury:${identity}`, code, id, base.nextIdentity++).changes === 0) return
    const seq = base.nextSeq++
    insertBody.run(seq, base.freight.subarray(start, start + length))
    insertMessage.run(message, seq)
    insert.run(id, at, at, message[8], seq, length, code, `${code}: ${detail}`)
    event.run(id, '-', at, 'buried', null, code, detail, null, null)
    base.tally.count('messages', 1)
    base.tally.add('-', 'accepted', 1)
    base.tally.add('-', 'dead', 1)
    if (typeof parent === 'string') base.families.count(parent, 'rejected', 1)
  }
}
