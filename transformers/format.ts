import type { Path } from '../config/faults.ts'
import type { JsonSchema, Project } from '../config/project.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { OptionSchema } from '../gateway/options.ts'

/** What a format looks at when it reads. */
export type Readable = Pick<Message, 'body' | 'contentType' | 'meta'>

/** How bodies are read from bytes and written to them: the wire's form on one side, the body that expressions see on the other. */
export interface Format {
  /** Of what it writes, with its parameters. */
  readonly contentType: string
  /** True for the content types that it reads; a name in lower case, without parameters. */
  takes(type: string): boolean
  /** Throws NOT_READABLE, or SCHEMA_INVALID with the places. */
  read(message: Readable): unknown
  /** Throws MAPPING_FAILED where the body has no form on the wire. `operation`: of those sources and targets that have several. */
  write(body: unknown, operation?: string): Uint8Array
  /** Of the body, where it is known. */
  readonly schema?: JsonSchema
  /** Where its bodies are sequences of records: how they are read and written one by one. */
  readonly records?: RecordFormat
  /** What of its options changes the bytes on the wire, where something does: bytes are handed on as they came only to a format of the same dialect. */
  readonly dialect?: string
  /** The bytes on the wire are more than the body, such as an envelope: they are never handed on in its stead. */
  readonly wraps?: true
}

/** One record of a sequence. */
export interface ReadRecord {
  /** Counted from 1 among the records; headers, trailers, comments and empty lines are none. */
  readonly number: number
  /** The line on which it begins, counted from 1, where the format has lines. */
  readonly line?: number
  /** The record in the body's form; absent where it could not be read. */
  readonly body?: unknown
  /** Why it could not be read: NOT_READABLE or SCHEMA_INVALID. The next one can be. */
  readonly error?: GatewayError
  /** The record as it came, with its line's end. At most RECORD_BYTES. */
  readonly raw: Uint8Array
}

/** Reads one sequence of records, pushed to it piece by piece; what it holds of it is bounded. Throws GatewayError where the rest cannot be read (a record without an end), or at `end` where counts or sums of the trailer do not match. */
export interface RecordReader {
  push(bytes: Uint8Array): readonly ReadRecord[]
  end(): readonly ReadRecord[]
  /** What came before the first record, such as a header record; undefined where there is nothing of the kind, or not yet. */
  readonly header?: unknown
}

/** Writes one sequence of records. Throws MAPPING_FAILED where a record has no form on the wire. */
export interface RecordWriter {
  /** What stands before the first record. */
  open(header?: unknown): Uint8Array
  record(body: unknown): Uint8Array
  /** What stands behind the last one, with the counts and sums of those that were written. */
  close(): Uint8Array
}

/** An ability of a Format: each call makes a new reader or writer, for one sequence. */
export interface RecordFormat {
  reader(): RecordReader
  writer(): RecordWriter
  /** Of one record, where it is known. */
  readonly schema?: JsonSchema
}

/** The most bytes that one record may have: 1 MiB. A quote that is never closed ends there. */
export const RECORD_BYTES = 1_048_576

/** What a source or a target reads and writes: a source reads requests and writes replies, a target the other way round. */
export interface Formats {
  readonly request: Format
  readonly reply: Format
  /** How the detail of a fault is read and written, by the fault's name; undefined for one that is not declared. */
  fault?(name: string, operation?: string): Format | undefined
}

/** What a kind of format is made with. Faults of the config go to `project.faults`, at `path` or below it. */
export interface FormatContext {
  readonly project: Project
  readonly path: Path
  /** A schema file that stands beside the format (`schema:` of a source), with the path that names it. */
  readonly schema?: { readonly file: string; readonly path: Path }
}

/** A kind of format: its name is the key in YAML (`format: xml`, or `format: { xml: { ... } }`). To add one: a file, and one line in formats/registry.ts. */
export interface FormatKind {
  readonly name: string
  /** What stands behind the key; with the name alone it is made with {}. */
  readonly options: OptionSchema
  /** Undefined where the config has faults, which it has then added. */
  create(value: unknown, context: FormatContext): Formats | undefined
}
