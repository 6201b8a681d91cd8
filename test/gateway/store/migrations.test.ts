import Sqlite from 'better-sqlite3'
import { expect } from 'chai'
import { sqlite } from '../../../gateway/store/dialect.ts'
import { migrate, schemaVersion, versionOf } from '../../../gateway/store/migrations.ts'
import * as statements from '../../../gateway/store/statements.ts'
import { accept, plan } from '../../conformance/store-support.ts'
import { createPlace } from './place.ts'

describe('the schema of the store', () => {
  it('is brought to this version once, and is left alone from then on', () => {
    const db = new Sqlite(':memory:')
    migrate(db, sqlite)
    const tables = db.prepare('SELECT sql FROM sqlite_schema').all()
    migrate(db, sqlite)
    expect(versionOf(db)).to.equal(schemaVersion)
    expect(db.prepare('SELECT sql FROM sqlite_schema').all()).to.deep.equal(tables)
  })

  it('of an older version is brought forward, with all that it holds', async () => {
    const place = createPlace()
    const store = await place.open()
    const [delivery] = await accept(store, plan())
    await store.close()
    for (const table of ['taken', 'parents']) await place.byHand(`DROP TABLE ${table}`)
    for (const index of ['messages_stored', 'deliveries_stored', 'messages_parent', 'deliveries_batch'])
      await place.byHand(`DROP INDEX ${index}`)
    await place.byHand('ALTER TABLE deliveries DROP COLUMN batch_id')
    for (const table of ['messages', 'deliveries']) await place.byHand(`ALTER TABLE ${table} DROP COLUMN stored`)
    await place.byHand('UPDATE schema_version SET version = 1')
    const again = await place.open()
    expect(await again.takeOnce('n', Date.now() + 1_000)).to.equal('taken')
    expect(await again.receipt(delivery?.messageId ?? '')).to.include({ state: 'accepted' })
    await again.close()
    await place.remove()
  })

  it('of a newer version is refused, and nothing in it is changed', async () => {
    const place = createPlace()
    const store = await place.open()
    const [delivery] = await accept(store, plan())
    await store.close()
    await place.byHand('UPDATE schema_version SET version = ?', schemaVersion + 1)
    const refused = await place.open().catch((error: unknown) => error)
    expect(refused).to.include({ code: 'STORE_CORRUPT' })
    expect(String(refused)).to.match(new RegExp(`schema version ${schemaVersion + 1}; this program knows 1 to ${schemaVersion}`))
    await place.byHand('UPDATE schema_version SET version = ?', schemaVersion)
    const again = await place.open()
    expect(await again.receipt(delivery?.messageId ?? '')).to.include({ state: 'accepted' })
    await again.close()
    await place.remove()
  })

  it('has an index for whatever is asked on the way of a message', () => {
    const db = new Sqlite(':memory:')
    migrate(db, sqlite)
    const asked = { ...statements.wayStatements, ...statements.readStatements, ...statements.pruneStatements, ...statements.onceStatements }
    const whole = ['openTotals', 'fromSource', 'begun', 'recall', 'lastSeq', 'lastIdentity', 'latest', 'paused', 'calls', 'count']
    for (const [name, sql] of Object.entries(asked)) {
      const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', "''")}`).all()
      const scans = plan.filter(step => step.detail.startsWith('SCAN') && !/CONSTANT/.test(step.detail))
      if (!whole.includes(name)) expect(scans, `${name}: ${sql}`).to.deep.equal([])
    }
  })
})
