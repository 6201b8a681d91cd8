/** Where the two databases differ. The statements are written with `?` and standard types; a dialect turns them into its own. */
export interface Dialect {
  /** An integer of 64 bits. */
  readonly integer: string
  readonly bytes: string
  /** Ends a CREATE TABLE whose rows are narrow and lie in the order of their primary key. */
  readonly clustered: string
  /** A statement with this database's placeholders. */
  readonly placed: (sql: string) => string
}

/** SQLite 3.45 and newer. */
export const sqlite: Dialect = {
  integer: 'INTEGER',
  bytes: 'BLOB',
  clustered: ' WITHOUT ROWID',
  placed: sql => sql,
}
