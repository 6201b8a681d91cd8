// All SQL of the store, for every dialect: `?` placeholders, ON CONFLICT, RETURNING and partial indexes, which SQLite and PostgreSQL share.

const OPEN = `state IN ('queued', 'waiting')`
const DELIVERY = `d.message_id, d.entry, d.target, d.content_type, d.headers, d.params, d.attempts, d.replays, d.remapped, d.waits, d.opened_at,
  d.body_seq, d.body_start, d.bytes,
  d.stored, m.route, m.source, m.key, m.correlation_id, m.extra, m.received_at, m.expires_at`
const LISTED = `d.message_id, d.entry, d.target, m.route, m.key, d.reason, d.last_error, d.attempts, m.received_at, d.settled_at, d.state,
  d.place, d.due_at, d.bytes, m.parent_id, CASE WHEN m.parent_id IS NULL THEN NULL ELSE m.extra END AS extra`
const JOINED = 'FROM deliveries d JOIN messages m ON m.id = d.message_id'

/** What writes on the way of a message. */
export const wayStatements = {
  insertMessage: `INSERT INTO messages (id, route, source, source_index, client, identity, key, correlation_id, content_type, received_at,
    expires_at, bytes, entries, filtered, extra, parent_id, stored, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertDelivery: `INSERT INTO deliveries (message_id, entry, target, content_type, headers, params, chosen, body_start, bytes, due_at, stored,
    place, body_seq, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued')`,
  insertBody: 'INSERT INTO bodies (seq, bytes) VALUES (?, ?)',
  claimIdentity: 'INSERT INTO identities (identity, hash, message_id, seq) VALUES (?, ?, ?, ?) ON CONFLICT (identity) DO NOTHING',
  identity: `SELECT i.hash, i.message_id, m.filtered, m.received_at FROM identities i LEFT JOIN messages m ON m.id = i.message_id
    WHERE i.identity = ?`,
  pointIdentity: 'UPDATE identities SET message_id = ? WHERE identity = ?',
  freeIdentity: 'DELETE FROM identities WHERE identity = ?',
  settledAt: `SELECT max(settled_at) AS settled_at, coalesce(sum(CASE WHEN ${OPEN} THEN 1 ELSE 0 END), 0) AS open FROM deliveries
    WHERE message_id = ?`,
  deliver: `UPDATE deliveries SET state = 'delivered', attempts = ?, settled_at = ? WHERE message_id = ? AND entry = ? AND ${OPEN}
    RETURNING target, bytes`,
  wait: `UPDATE deliveries SET state = 'waiting', place = 'store', starts = 0, waits = waits + 1, attempts = ?, due_at = ?, reason = ?, last_error = ?
    WHERE message_id = ? AND entry = ? AND ${OPEN}`,
  giveUp: `UPDATE deliveries SET state = ?, starts = 0, attempts = ?, settled_at = ?, reason = ?, last_error = ?
    WHERE message_id = ? AND entry = ? AND ${OPEN} RETURNING target, bytes`,
  place: `UPDATE deliveries SET place = ? WHERE message_id = ? AND entry = ? AND waits = ? AND ${OPEN}`,
  start: `UPDATE deliveries SET starts = starts + 1 WHERE message_id = ? AND entry = ? AND ${OPEN} RETURNING starts`,
  recall: `UPDATE deliveries SET place = 'store' WHERE place = ? AND ${OPEN}`,
  recallTarget: `UPDATE deliveries SET place = 'store' WHERE target = ? AND place = ? AND ${OPEN}`,
  insertEvent: 'INSERT INTO events (message_id, entry, at, what, attempt, code, detail, answer, person) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  insertFailure: `INSERT INTO events (message_id, entry, at, what, attempt, code, detail, answer, due_at)
    VALUES (?, ?, ?, 'attempt-failed', ?, ?, ?, ?, ?)`,
  position: 'INSERT INTO positions (source, value) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET value = excluded.value',
} as const

/** Counts of records by the message that they were split from. */
export const familyStatements = {
  any: 'SELECT 1 FROM parents LIMIT 1',
  begin: 'INSERT INTO parents (id, complete) VALUES (?, ?)',
  add: `UPDATE parents SET accepted = accepted + ?, known = known + ?, rejected = rejected + ?, delivered = delivered + ?,
    failed = failed + ?, filtered = filtered + ?, complete = coalesce(?, complete) WHERE id = ?`,
  settle: `UPDATE parents SET settled_at = CASE WHEN complete = 1 AND accepted = delivered + failed + filtered
    THEN coalesce(settled_at, ?) ELSE NULL END WHERE id = ?`,
  forgetPosition: 'DELETE FROM positions WHERE source = ?',
  parentOf: 'SELECT parent_id FROM messages WHERE id = ?',
  statesOf: 'SELECT entry, state FROM deliveries WHERE message_id = ?',
  counts: 'SELECT * FROM parents WHERE id = ?',
  rejects: `SELECT m.seq, m.id, m.extra, m.received_at, d.reason, d.last_error, d.state, d.body_seq, d.bytes FROM messages m
    JOIN deliveries d ON d.message_id = m.id AND d.entry = '-' WHERE m.parent_id = ? AND m.seq > ? ORDER BY m.seq LIMIT ?`,
  buriedOf: `SELECT m.seq, m.id, d.state FROM messages m JOIN deliveries d ON d.message_id = m.id AND d.entry = '-' WHERE m.parent_id = ?`,
  untold: `SELECT p.id, m.route, m.received_at, p.settled_at FROM parents p JOIN messages m ON m.id = p.id WHERE p.told = 0
    AND p.id > ? ORDER BY p.id LIMIT ?`,
  tell: 'UPDATE parents SET told = 1 WHERE id = ?',
  referred: `SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM messages WHERE stored >= ? AND stored < ?)
    OR EXISTS (SELECT 1 FROM deliveries WHERE stored >= ? AND stored < ?)`,
  isBuried: `SELECT 1 AS one FROM deliveries WHERE message_id = ? AND entry = '-' AND state = 'dead'`,
  exhume: `DELETE FROM deliveries WHERE message_id = ? AND entry = '-'`,
  revive: 'UPDATE messages SET entries = ?, filtered = ?, key = ? WHERE id = ?',
  resume: `UPDATE deliveries SET starts = 0 WHERE message_id = ? AND target LIKE 'split:%' AND starts > 0`,
} as const

/** Deliveries that go out together. */
export const batchStatements = {
  open: `SELECT DISTINCT batch_id FROM deliveries WHERE batch_id IS NOT NULL AND ${OPEN}`,
  join: `UPDATE deliveries SET place = 'batch', batch_id = ? WHERE message_id = ? AND entry = ? AND place = 'store' AND ${OPEN}`,
  end: `UPDATE deliveries SET state = ?, attempts = 1, settled_at = ? WHERE batch_id = ? AND ${OPEN}
    RETURNING message_id, entry, target, bytes`,
  members: 'SELECT count(*) AS count FROM deliveries WHERE batch_id = ?',
} as const

/** What people and the ledger write. */
export const keepStatements = {
  reopen: `UPDATE deliveries SET state = 'queued', place = 'store', attempts = 0, starts = 0, replays = replays + 1, due_at = ?,
    opened_at = ?, settled_at = NULL, batch_id = NULL WHERE message_id = ? AND entry = ? AND state = 'dead' RETURNING target, bytes`,
  newBody: `UPDATE deliveries SET content_type = ?, headers = ?, params = ?, body_seq = ?, body_start = 0, bytes = ?, stored = ?, remapped = replays + 1
    WHERE message_id = ? AND entry = ?`,
  discard: `UPDATE deliveries SET state = 'discarded', settled_at = ? WHERE message_id = ? AND entry = ?`,
  bury: `INSERT INTO deliveries (message_id, entry, target, state, place, due_at, settled_at, chosen, content_type, body_seq, body_start,
    bytes, reason, last_error) VALUES (?, '-', '-', 'dead', 'store', ?, ?, '-', ?, ?, 0, ?, ?, ?)`,
  total: `INSERT INTO totals (target, accepted, delivered, dead, discarded, expired, pruned_delivered, pruned_discarded, pruned_expired)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (target) DO UPDATE SET accepted = totals.accepted + excluded.accepted,
    delivered = totals.delivered + excluded.delivered, dead = totals.dead + excluded.dead,
    discarded = totals.discarded + excluded.discarded, expired = totals.expired + excluded.expired,
    pruned_delivered = totals.pruned_delivered + excluded.pruned_delivered,
    pruned_discarded = totals.pruned_discarded + excluded.pruned_discarded,
    pruned_expired = totals.pruned_expired + excluded.pruned_expired`,
  count: 'INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value',
  call: 'SELECT hash, answer, body, ended_at FROM calls WHERE identity = ?',
  beginCall: 'INSERT INTO calls (identity, hash) VALUES (?, ?)',
  endCall: 'UPDATE calls SET answer = ?, body = ?, ended_at = ? WHERE identity = ?',
  forgetCall: 'DELETE FROM calls WHERE identity = ?',
  forgetRunning: 'DELETE FROM calls WHERE ended_at IS NULL',
  keepReply: 'UPDATE messages SET reply = ?, reply_seq = ? WHERE id = ?',
  pause: `INSERT INTO targets (target, paused, since, person) VALUES (?, ?, ?, ?)
    ON CONFLICT (target) DO UPDATE SET paused = excluded.paused, since = excluded.since, person = excluded.person`,
} as const

/** What reads. */
export const readStatements = {
  edges: 'SELECT coalesce((SELECT min(seq) FROM messages), 0) AS first, coalesce((SELECT max(seq) FROM messages), 0) AS last',
  body: 'SELECT bytes FROM bodies WHERE seq = ?',
  delivery: `SELECT ${DELIVERY} ${JOINED} WHERE d.message_id = ? AND d.entry = ?`,
  dueKeys: `SELECT message_id, entry FROM deliveries WHERE target = ? AND place = 'store' AND ${OPEN} AND due_at <= ?
    ORDER BY due_at, message_id, entry`,
  aheadKeys: `SELECT message_id, entry FROM deliveries WHERE target = ? AND place = 'store' AND ${OPEN} AND due_at > ? AND state = 'queued'
    ORDER BY due_at, message_id, entry`,
  lying: `SELECT message_id, entry, due_at FROM deliveries WHERE target = ? AND place = 'store' AND ${OPEN}
    AND (due_at, message_id, entry) > (?, ?, ?) ORDER BY due_at, message_id, entry LIMIT ?`,
  nextDue: `SELECT due_at FROM deliveries WHERE target = ? AND place = 'store' AND ${OPEN} AND due_at > ? AND state = 'waiting'
    ORDER BY due_at LIMIT 1`,
  begun: `SELECT message_id, entry FROM deliveries WHERE ${OPEN} AND starts > 0`,
  current: `SELECT 1 AS one FROM deliveries WHERE message_id = ? AND entry = ? AND attempts = ? AND replays = ? AND ${OPEN}`,
  first: `SELECT due_at, message_id FROM deliveries WHERE target = ? AND place = ? AND ${OPEN}
    ORDER BY due_at, message_id, entry LIMIT 1`,
  openTotals: `SELECT target, count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM deliveries WHERE ${OPEN} GROUP BY target`,
  fromSource: `SELECT DISTINCT d.message_id, m.source, m.seq, m.bytes, m.stored FROM deliveries d JOIN messages m ON m.id = d.message_id
    WHERE d.place = 'source' AND d.state IN ('queued', 'waiting') AND m.identity IS NULL`,
  lastSeq: 'SELECT max(coalesce((SELECT max(seq) FROM messages), 0), coalesce((SELECT max(seq) FROM bodies), 0)) AS seq',
  lastIdentity: 'SELECT coalesce(max(seq), 0) AS seq FROM identities',
  latest: 'SELECT coalesce(max(received_at), 0) AS at FROM (SELECT received_at FROM messages ORDER BY seq DESC LIMIT 100) AS newest',
  message: 'SELECT * FROM messages WHERE id = ?',
  deliveriesOf: 'SELECT * FROM deliveries WHERE message_id = ? ORDER BY entry',
  eventsOf: 'SELECT entry, at, what, attempt, code, detail, answer, person, due_at FROM events WHERE message_id = ? ORDER BY seq',
  position: 'SELECT value FROM positions WHERE source = ?',
  paused: 'SELECT target FROM targets WHERE paused = 1 ORDER BY target',
} as const

/** Names that may be taken once: one whose time is over is taken anew. */
export const onceStatements = {
  take: `INSERT INTO taken (name, until_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET until_at = excluded.until_at
    WHERE taken.until_at < ?`,
  forget: 'DELETE FROM taken WHERE until_at < ?',
  count: 'SELECT count(*) FROM taken',
} as const

/** Lists: `{where}` is what the selection adds. */
export const listStatements = {
  dead: `SELECT ${LISTED} ${JOINED} WHERE d.state = 'dead'{where} ORDER BY d.message_id, d.entry LIMIT ?`,
  deadAfter: `SELECT ${LISTED} ${JOINED} WHERE d.state = 'dead' AND (d.message_id, d.entry) > (?, ?){where}
    ORDER BY d.message_id, d.entry LIMIT ?`,
  undelivered: `SELECT ${LISTED} ${JOINED} WHERE d.state IN ('queued', 'waiting'){where}
    ORDER BY d.target, d.place, d.due_at, d.message_id, d.entry LIMIT ?`,
  undeliveredAfter: `SELECT ${LISTED} ${JOINED} WHERE d.state IN ('queued', 'waiting')
    AND (d.target, d.place, d.due_at, d.message_id, d.entry) > (?, ?, ?, ?, ?){where}
    ORDER BY d.target, d.place, d.due_at, d.message_id, d.entry LIMIT ?`,
  receipts: 'SELECT * FROM messages m WHERE m.seq < ?{where} ORDER BY m.seq DESC LIMIT ?',
  /** In one range of keys; the ranges are asked from the newest on. */
  receiptsByKey: 'SELECT * FROM messages m WHERE (m.seq >> 16) = ? AND m.seq < ?{where} ORDER BY m.seq DESC LIMIT ?',
} as const

/** The conditions that a selection can add. */
export const conditions = {
  id: 'd.message_id = ?',
  target: 'd.target = ?',
  reason: 'd.reason = ?',
  route: 'm.route = ?',
  // By the index of dead deliveries: of a message's records, which come after it, most are none.
  parent: `d.message_id > ? AND m.parent_id || '' = ?`,
  after: 'm.received_at > ?',
  before: 'm.received_at < ?',
  key: 'm.key IS NOT NULL AND m.key = ?',
  client: 'm.client = ?',
  nobody: 'm.client IS NULL',
} as const

/** The proof reads both sides in the order of ids, a slice at a time, in one read transaction. */
export const balanceStatements = {
  lines: 'SELECT id, entries, filtered FROM messages WHERE id > ? ORDER BY id LIMIT ?',
  rows: `SELECT d.message_id, d.entry, d.target, d.state, d.place, CASE WHEN d.state IN ('queued', 'waiting')
    THEN EXISTS (SELECT 1 FROM bodies b WHERE b.seq = d.body_seq) ELSE 1 END AS has_body
    FROM deliveries d WHERE d.message_id > ? AND d.message_id <= ? ORDER BY d.message_id`,
  totals: 'SELECT * FROM totals ORDER BY target',
  counters: 'SELECT name, value FROM counters',
} as const

// Kept whatever its age: what is undelivered or dead, what dead records of a file are read from, and (for receipts) what was settled after a moment, since its identity is still known.
const KEPT = `SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND (d.state IN ('queued', 'waiting', 'dead') OR d.settled_at > ?)
  UNION ALL SELECT 1 FROM parents p WHERE p.id = m.id AND (p.settled_at IS NULL OR p.rejected > 0 AND EXISTS (SELECT 1 FROM deliveries d
    JOIN messages c ON c.id = d.message_id WHERE d.state = 'dead' AND d.message_id > p.id AND c.parent_id || '' = p.id AND d.entry = '-'))`

/** Retention, a small piece at a time, from the oldest on. */
export const pruneStatements = {
  bodies: `SELECT m.seq, m.id, m.reply_seq, m.filtered, m.received_at, m.stored, NOT EXISTS (${KEPT}) AS settled
    FROM bodies b JOIN messages m ON m.seq = b.seq WHERE b.seq > ? ORDER BY b.seq LIMIT ?`,
  receipts: `SELECT m.seq, m.id, m.reply_seq, m.filtered, m.received_at, m.stored, NOT EXISTS (${KEPT}) AS settled
    FROM messages m WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
  identities: `SELECT i.seq, i.identity, m.received_at,
    (SELECT max(settled_at) FROM deliveries d WHERE d.message_id = i.message_id) AS settled_at,
    EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = i.message_id AND d.state IN ('queued', 'waiting')) AS open
    FROM identities i LEFT JOIN messages m ON m.id = i.message_id WHERE i.seq > ? ORDER BY i.seq LIMIT ?`,
  bodySeqs: 'SELECT DISTINCT body_seq AS seq, stored FROM deliveries WHERE message_id = ?',
  states: 'SELECT target, state FROM deliveries WHERE message_id = ?',
  deleteBody: 'DELETE FROM bodies WHERE seq = ?',
  dropStored: 'UPDATE messages SET stored = NULL WHERE seq = ? AND stored IS NOT NULL',
  dropStoredOf: 'UPDATE deliveries SET stored = NULL WHERE message_id = ? AND stored IS NOT NULL',
  deleteParent: 'DELETE FROM parents WHERE id = ?',
  deleteMessage: 'DELETE FROM messages WHERE seq = ?',
  deleteDeliveries: 'DELETE FROM deliveries WHERE message_id = ?',
  deleteEvents: 'DELETE FROM events WHERE message_id = ?',
  calls: 'DELETE FROM calls WHERE ended_at < ?',
} as const

/** What lies in the body store. A stored body is written as its SHA-256 in hex, a colon and its bytes. */
export const storedStatements = {
  bytes: `SELECT coalesce(sum(CAST(substr(stored, 66) AS BIGINT)), 0) AS bytes FROM (SELECT stored FROM messages WHERE stored IS NOT NULL
    UNION SELECT stored FROM deliveries WHERE stored IS NOT NULL) AS bodies`,
} as const
