import { onceStatements } from './statements.ts'
import type { Base } from './way.ts'

/** Names that are remembered at once, at most: nobody can push one out by bringing others. */
export const MAX_TAKEN = 100_000

/** Names that may be taken once, until their time has come. Called inside a transaction. */
export function createOnce({ db, dialect }: Pick<Base, 'db' | 'dialect'>) {
  const take = db.prepare<[string, number, number]>(dialect.placed(onceStatements.take))
  const forget = db.prepare<[number]>(dialect.placed(onceStatements.forget))
  const count = db.prepare<[], number>(dialect.placed(onceStatements.count)).pluck()
  let size = Number(count.get() ?? 0)
  return {
    takeOnce(name: string, untilMs: number, now: number): 'taken' | 'known' | 'full' {
      // What a roll-back took from the table may still be counted here, until the next look.
      if (size >= MAX_TAKEN && forget.run(now).changes > 0) size = Number(count.get() ?? 0)
      if (size >= MAX_TAKEN) return 'full'
      if (take.run(name, untilMs, now).changes === 0) return 'known'
      size += 1
      return 'taken'
    },
    forgetTaken(now: number): void {
      forget.run(now)
      size = Number(count.get() ?? 0)
    },
  }
}
