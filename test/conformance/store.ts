import type { Store } from '../../gateway/store/port.ts'
import { familyCases } from './store-families.ts'
import { ledgerCases } from './store-ledger.ts'
import { onceCases } from './store-once.ts'
import { peopleCases } from './store-people.ts'
import type { Place, Settings } from './store-support.ts'
import { wayCases } from './store-way.ts'

/** What a suite's cases work with: a store of their own, and how to open it again. */
export interface Bench {
  readonly place: Place
  store: Store
  reopen(settings?: Settings): Promise<Store>
}

/** Every Store passes this. `create` makes a fresh place for each test. */
export function storeConformance(name: string, create: () => Place): void {
  describe(`${name}: the store's contract`, () => {
    let bench: Bench
    beforeEach(async () => {
      const place = create()
      bench = {
        place,
        store: await place.open(),
        async reopen(settings) {
          await bench.store.close()
          bench.store = await place.open(settings)
          return bench.store
        },
      }
    })
    afterEach(async () => {
      await bench.store.close()
      await bench.place.remove()
    })
    wayCases(() => bench)
    peopleCases(() => bench)
    ledgerCases(() => bench)
    onceCases(() => bench)
    familyCases(() => bench)
  })
}
