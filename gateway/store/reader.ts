import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { GatewayError } from '../errors.ts'
import { openBeside } from './database.ts'
import { sqlite } from './dialect.ts'
import { createLists } from './lists.ts'
import { schemaVersion, versionOf } from './migrations.ts'
import { own } from './owner.ts'
import type { Balance, Store } from './port.ts'
import { prove } from './prove.ts'
import { createViews } from './views.ts'

/** What commands may ask of a store whose gateway is not running. */
export type Reader = Pick<Store, 'receipt' | 'receipts' | 'rejects' | 'story' | 'balance' | 'dead' | 'undelivered' | 'close'>

/** Opens the store in a folder for reading, and owns it meanwhile. Rejects with STORE_OWNED, STORE_CORRUPT, or STORE_UNAVAILABLE where there is none. Close it. */
export async function openReader(folder: string): Promise<Reader> {
  if (!existsSync(join(folder, 'store.db'))) throw new GatewayError('STORE_UNAVAILABLE', `${folder} holds no store`)
  const ownership = own(folder)
  try {
    const db = openBeside(folder)
    const version = versionOf(db)
    if (version < schemaVersion) {
      throw new GatewayError(
        'STORE_CORRUPT',
        `${db.name} has schema version ${version}; start the gateway once to bring it to ${schemaVersion}`,
      )
    }
    const [views, lists] = [createViews({ db, dialect: sqlite }), createLists({ db, dialect: sqlite })]
    return {
      receipt: async (id, client) => views.receipt(id, client),
      receipts: async query => views.receipts(query),
      rejects: async (id, cursor, limit) => views.rejects(id, cursor, limit),
      story: async id => views.story(id),
      dead: async (selection, cursor, limit) => lists.dead(selection, cursor, limit),
      undelivered: async (selection, cursor, limit) => lists.undelivered(selection, cursor, limit),
      balance: () => proveWithBreaks(db),
      async close() {
        db.close()
        ownership.release()
      },
    }
  } catch (error) {
    ownership.release()
    throw error
  }
}

/** Others of the process run between two of its slices. */
async function proveWithBreaks(db: Database): Promise<Balance> {
  const steps = prove(db, sqlite)
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    await setImmediate()
  }
}
