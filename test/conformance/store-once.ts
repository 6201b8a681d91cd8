import { expect } from 'chai'
import { MAX_TAKEN } from '../../gateway/store/once.ts'
import type { Bench } from './store.ts'

const HOUR_MS = 3_600_000

/** Names that may be taken once. */
export function onceCases(bench: () => Bench): void {
  describe('names that may be taken once', () => {
    it('are given to one of many who ask at the same time', async () => {
      const until = Date.now() + HOUR_MS
      const answers = await Promise.all(Array.from({ length: 50 }, () => bench().store.takeOnce('soap /ws ada n-1', until)))
      expect(answers.filter(answer => answer === 'taken')).to.have.length(1)
      expect(await bench().store.takeOnce('soap /ws ada n-2', until)).to.equal('taken')
    })

    it('are still taken after a restart', async () => {
      await bench().store.takeOnce('n', Date.now() + HOUR_MS)
      expect(await (await bench().reopen()).takeOnce('n', Date.now() + HOUR_MS)).to.equal('known')
    })

    it('are free again after their time, pruned or not', async () => {
      const { store } = bench()
      await store.takeOnce('short', Date.now() - 1)
      expect(await store.takeOnce('short', Date.now() + HOUR_MS)).to.equal('taken')
      await store.takeOnce('long', Date.now() + HOUR_MS)
      await store.prune(Date.now() + 2 * HOUR_MS)
      expect(await store.takeOnce('long', Date.now() + HOUR_MS)).to.equal('taken')
    })

    it('have a bound, at which none is pushed out and old ones make room', async () => {
      const now = Date.now()
      const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)`
      const fill = `${numbers} INSERT INTO taken (name, until_at) SELECT 'n' || i, CASE WHEN i = 1 THEN ${now + 1_000} ELSE ${now + HOUR_MS} END FROM n`
      await bench().store.close()
      await bench().place.byHand(fill, MAX_TAKEN)
      const store = await bench().reopen()
      expect(await store.takeOnce('one more', now + HOUR_MS)).to.equal('full')
      await bench().place.byHand(`UPDATE taken SET until_at = 1 WHERE name = 'n1'`)
      expect(await store.takeOnce('one more', now + HOUR_MS)).to.equal('taken')
      expect(await store.takeOnce('and another', now + HOUR_MS)).to.equal('full')
    })
  })
}
