import type { Query } from './database.ts'
import { familyStatements, pruneStatements, readStatements } from './statements.ts'
import type { Base } from './way.ts'

interface Buried {
  readonly seq: number
  readonly id: string
  readonly state: string
}

/** Forgets the bad records of a message none of whose records was accepted, since all of them are to be read again. Called inside a transaction. */
export function createUnbury({ db, dialect, tally, families }: Base): (parent: string) => void {
  const statement = <R>(sql: string): Query<R> => db.prepare<unknown[], R>(dialect.placed(sql))
  const position = statement<{ value: string }>(readStatements.position)
  const buried = statement<Buried>(familyStatements.buriedOf)
  const bodies = statement<{ seq: number }>(pruneStatements.bodySeqs)
  const deleteBody = statement(pruneStatements.deleteBody)
  const deletes = [pruneStatements.deleteDeliveries, pruneStatements.deleteEvents].map(sql => statement(sql))
  const deleteMessage = statement(pruneStatements.deleteMessage)
  return parent => {
    if (position.get(`split:${parent}`)) return
    for (const { seq, id, state } of buried.all(parent)) {
      for (const one of [...bodies.all(id), { seq }]) deleteBody.run(one.seq)
      for (const one of deletes) one.run(id)
      deleteMessage.run(seq)
      tally.count('messages', -1)
      tally.add('-', 'accepted', -1)
      if (state === 'dead' || state === 'discarded') tally.add('-', state, -1)
      families.count(parent, 'rejected', -1)
    }
  }
}
