import type { Database } from 'better-sqlite3'
import { GatewayError } from '../errors.ts'
import type { Dialect } from './dialect.ts'

/** Each brings the schema one version further; never changed once released, only added to. */
const migrations: readonly ((dialect: Dialect) => readonly string[])[] = [first, second, third]

/** The version that this program writes. */
export const schemaVersion = migrations.length

/** Brings the schema to this program's version, in one transaction; throws STORE_CORRUPT where it is newer. */
export function migrate(db: Database, dialect: Dialect): void {
  const upgrade = db.transaction(() => {
    db.exec(`CREATE TABLE IF NOT EXISTS schema_version (version ${dialect.integer} NOT NULL)`)
    const version = versionOf(db)
    if (version === schemaVersion) return
    for (const step of migrations.slice(version)) for (const sql of step(dialect)) db.exec(sql)
    db.exec('DELETE FROM schema_version')
    db.prepare('INSERT INTO schema_version (version) VALUES (?)').run(schemaVersion)
  })
  upgrade.immediate()
}

/** The version of the schema that is there (0: none); throws STORE_CORRUPT where this program doesn't know it. */
export function versionOf(db: Database): number {
  const found = db.prepare<[], { version: number }>('SELECT version FROM schema_version').get()?.version ?? 0
  if (found > schemaVersion) {
    throw new GatewayError('STORE_CORRUPT', `${db.name} has schema version ${found}; this program knows 1 to ${schemaVersion}`)
  }
  return found
}

function first({ integer, bytes, clustered }: Dialect): readonly string[] {
  return [
    // One row a message: its accept line. `seq` is ascending and names the row of its bodies.
    `CREATE TABLE messages (
      seq ${integer} PRIMARY KEY, id TEXT NOT NULL, route TEXT NOT NULL, source TEXT NOT NULL, source_index ${integer} NOT NULL,
      client TEXT, identity TEXT, key TEXT, correlation_id TEXT NOT NULL, content_type TEXT NOT NULL,
      received_at ${integer} NOT NULL, expires_at ${integer}, bytes ${integer} NOT NULL, entries TEXT NOT NULL, filtered TEXT, extra TEXT,
      config_version TEXT, parent_id TEXT, version TEXT, reply TEXT, reply_seq ${integer})`,
    'CREATE UNIQUE INDEX messages_id ON messages (id)',
    // Keys come in any order. One range of the index for each 65,536 messages keeps new entries among the new ones, however many there are.
    'CREATE INDEX messages_key ON messages ((seq >> 16), key, route) WHERE key IS NOT NULL',
    // The original at 0, then the bodies made from it, one after another: one row a message.
    `CREATE TABLE bodies (seq ${integer} PRIMARY KEY, bytes ${bytes} NOT NULL)`,
    // `remapped`: the number of the replay that made its body anew. `opened_at`: when the last replay opened it again.
    `CREATE TABLE deliveries (
      message_id TEXT NOT NULL, entry TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL, place TEXT NOT NULL,
      attempts ${integer} NOT NULL DEFAULT 0, replays ${integer} NOT NULL DEFAULT 0, starts ${integer} NOT NULL DEFAULT 0,
      waits ${integer} NOT NULL DEFAULT 0, remapped ${integer}, opened_at ${integer},
      due_at ${integer} NOT NULL, settled_at ${integer}, chosen TEXT NOT NULL, content_type TEXT NOT NULL, headers TEXT, params TEXT,
      body_seq ${integer} NOT NULL, body_start ${integer} NOT NULL, bytes ${integer} NOT NULL, reason TEXT, last_error TEXT,
      PRIMARY KEY (message_id, entry))${clustered}`,
    `CREATE INDEX deliveries_open ON deliveries (target, place, due_at, message_id, entry) WHERE state IN ('queued', 'waiting')`,
    `CREATE INDEX deliveries_dead ON deliveries (message_id, entry) WHERE state = 'dead'`,
    `CREATE TABLE identities (seq ${integer} PRIMARY KEY, identity TEXT NOT NULL, hash TEXT NOT NULL, message_id TEXT NOT NULL)`,
    'CREATE UNIQUE INDEX identities_identity ON identities (identity)',
    `CREATE TABLE events (
      seq ${integer} PRIMARY KEY, message_id TEXT NOT NULL, entry TEXT, at ${integer} NOT NULL, what TEXT NOT NULL,
      attempt ${integer}, code TEXT, detail TEXT, answer TEXT, person TEXT, due_at ${integer})`,
    'CREATE INDEX events_message ON events (message_id)',
    `CREATE TABLE totals (
      target TEXT PRIMARY KEY, accepted ${integer} NOT NULL, delivered ${integer} NOT NULL, dead ${integer} NOT NULL,
      discarded ${integer} NOT NULL, expired ${integer} NOT NULL, pruned_delivered ${integer} NOT NULL,
      pruned_discarded ${integer} NOT NULL, pruned_expired ${integer} NOT NULL)`,
    `CREATE TABLE counters (name TEXT PRIMARY KEY, value ${integer} NOT NULL)`,
    'CREATE TABLE positions (source TEXT PRIMARY KEY, value TEXT NOT NULL)',
    `CREATE TABLE calls (identity TEXT PRIMARY KEY, hash TEXT NOT NULL, answer TEXT, body ${bytes}, ended_at ${integer})`,
    `CREATE TABLE targets (target TEXT PRIMARY KEY, paused ${integer} NOT NULL, since ${integer} NOT NULL, person TEXT NOT NULL)`,
  ]
}

function second({ integer }: Dialect): readonly string[] {
  return [
    // Names that may be taken once, until their time: nonces.
    `CREATE TABLE taken (name TEXT PRIMARY KEY, until_at ${integer} NOT NULL)`,
    'CREATE INDEX taken_until ON taken (until_at)',
  ]
}

function third({ integer }: Dialect): readonly string[] {
  return [
    // `SHA-256:bytes` of a body that lies in the body store.
    'ALTER TABLE messages ADD COLUMN stored TEXT',
    'ALTER TABLE deliveries ADD COLUMN stored TEXT',
    'CREATE INDEX messages_stored ON messages (stored) WHERE stored IS NOT NULL',
    'CREATE INDEX deliveries_stored ON deliveries (stored) WHERE stored IS NOT NULL',
    'CREATE INDEX messages_parent ON messages (parent_id, seq) WHERE parent_id IS NOT NULL',
    // Messages that were split, with counts of their records. `settled_at`: when none was open any more. `told`: its `done` went out.
    `CREATE TABLE parents (
      id TEXT PRIMARY KEY, accepted ${integer} NOT NULL DEFAULT 0, known ${integer} NOT NULL DEFAULT 0, rejected ${integer} NOT NULL DEFAULT 0,
      delivered ${integer} NOT NULL DEFAULT 0, failed ${integer} NOT NULL DEFAULT 0, filtered ${integer} NOT NULL DEFAULT 0,
      complete ${integer} NOT NULL, settled_at ${integer}, told ${integer} NOT NULL DEFAULT 0)`,
    'CREATE INDEX parents_untold ON parents (id) WHERE told = 0',
    // The message that carries this delivery with others in one file.
    'ALTER TABLE deliveries ADD COLUMN batch_id TEXT',
    `CREATE INDEX deliveries_batch ON deliveries (batch_id) WHERE batch_id IS NOT NULL`,
  ]
}
