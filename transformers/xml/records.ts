import { GatewayError } from '../../gateway/errors.ts'
import { RECORD_BYTES, type ReadRecord, type RecordReader } from '../format.ts'
import { checkSize, recordReader } from '../formats/records/reader.ts'
import { createXmlDecoder } from './decode.ts'
import { clark, type XmlElementReader, type XmlName, type XmlPlace, type XmlTag } from './events.ts'
import { xmlLimits } from './limits.ts'
import { openTextReader, type TextReader, type XmlReaderHandler } from './parse.ts'
import type { PlainNames } from './plain-names.ts'
import { RecordHeader } from './record-header.ts'
import { RecordText } from './record-text.ts'
import { unreadable } from './unreadable.ts'

/** Which elements are records, and how each is read. */
export interface ElementRecords {
  /** From the root on; the last is the record's. `local` is for those that are nearly it. */
  readonly steps: readonly { readonly local: string; is(name: XmlName): boolean }[]
  /** How names are written in the header. */
  readonly names: PlainNames
  /** A reader for one record; `place` is for its faults. */
  element(place: () => XmlPlace): XmlElementReader
}

/** How many elements there are in all is nobody's bound: only those of one record are in memory. */
const LIMITS = { ...xmlLimits, nodes: Number.POSITIVE_INFINITY, text: RECORD_BYTES }
/** Bounds are looked at after so many characters. */
const STEP = 262_144
const EMPTY = new Uint8Array()
const IGNORING: XmlElementReader = { open() {}, text() {}, close() {}, result: () => undefined }

/** Reads the elements at a path as they come. What stands around them must be well-formed; of that, only the names on the path are looked at. */
export function createElementRecords(records: ElementRecords): RecordReader {
  const decode = createXmlDecoder()
  const source = new RecordText()
  const handler = new Handler(records, source)
  const text: TextReader = openTextReader(handler, LIMITS)
  source.position = text.offset

  function take(bytes: Uint8Array, last: boolean, found: ReadRecord[]): void {
    handler.found = found
    const { text: piece, fault } = decode(bytes, last)
    for (let at = 0; at < piece.length; at += STEP) write(piece.slice(at, at + STEP))
    if (fault !== undefined) text.fail(fault)
  }

  function write(piece: string): void {
    source.add(piece)
    try {
      text.write(piece)
    } catch (error) {
      handler.dropBroken()
      throw error
    }
    handler.checkPending()
  }
  return recordReader({
    push: (bytes, found) => take(bytes, false, found),
    end(found) {
      take(EMPTY, true, found)
      text.end()
    },
    get header() {
      return handler.header
    },
  })
}

class Handler implements XmlReaderHandler {
  found: ReadRecord[] = []
  header: unknown
  readonly #records: ElementRecords
  readonly #source: RecordText
  #place: () => XmlPlace = () => ({ line: 1, column: 1 })
  #depth = 0
  /** So many of the open elements are the path's. */
  #matched = 0
  /** Until the first record begins. */
  #before: RecordHeader | undefined
  #reader: XmlElementReader | undefined
  #error: GatewayError | undefined
  #line = 0
  #number = 1
  #endedAt = -1

  constructor(records: ElementRecords, source: RecordText) {
    this.#records = records
    this.#source = source
    this.#before = new RecordHeader(records.names)
  }

  begin(place: () => XmlPlace): void {
    this.#place = place
  }

  open(tag: XmlTag): void {
    this.#depth++
    if (!this.#reader) this.#around(tag)
    if (this.#reader) this.#feed(this.#reader, reader => reader.open(tag))
    else this.#before?.open(tag)
  }

  text(text: string): void {
    if (this.#reader) this.#feed(this.#reader, reader => reader.text(text))
    else this.#before?.text(text)
  }

  comment(text: string): void {
    if (this.#reader) this.#feed(this.#reader, reader => reader.comment?.(text))
  }

  instruction(target: string, data: string): void {
    if (this.#reader) this.#feed(this.#reader, reader => reader.instruction?.(target, data))
  }

  close(): void {
    if (this.#reader) this.#feed(this.#reader, reader => reader.close())
    else this.#before?.close()
    if (this.#reader && this.#depth === this.#matched) this.#finish(this.#reader)
    if (this.#depth === this.#matched) {
      this.#matched--
      this.#source.leave()
    }
    this.#depth--
  }

  /** Drops the record whose end tag was the fault: its end is told before it is known that the names differ. */
  dropBroken(): void {
    if (this.#source.position() === this.#endedAt) this.found.pop()
  }

  /** Between two pieces: what is kept of the text is bounded. */
  checkPending(): void {
    const kept = this.#source.forget(this.#reader !== undefined)
    if (this.#reader) checkSize(kept, this.#number, this.#line)
    else if (kept > RECORD_BYTES) throw unreadable(this.#place(), `more than ${RECORD_BYTES} characters between two tags`)
  }

  #around(tag: XmlTag): void {
    if (this.#matched < this.#depth - 1) return
    const { steps } = this.#records
    const step = steps[this.#matched]
    if (step?.is(tag)) {
      this.#matched++
      this.#source.enter(tag)
      if (this.#matched === steps.length) this.#start(tag)
    } else if (this.#depth === 1 || step?.local.toLowerCase() === tag.local.toLowerCase()) {
      throw unreadable(this.#place(), `the element is ${clark(tag)}; expected ${step?.local} of ${this.#path()}`)
    }
  }

  #start(tag: XmlTag): void {
    this.header ??= this.#before?.result()
    this.#before = undefined
    this.#source.start(tag)
    this.#line = this.#place().line
    this.#error = undefined
    this.#reader = this.#records.element(this.#place)
  }

  #finish(reader: XmlElementReader): void {
    const error = this.#error
    const raw = this.#source.take()
    checkSize(raw.length, this.#number, this.#line)
    this.found.push({ number: this.#number++, line: this.#line, ...(error ? { error } : { body: reader.result() }), raw })
    this.#reader = undefined
    this.#endedAt = this.#source.position()
  }

  /** What a record's reader throws is that record's fault: the next one can be read. */
  #feed(reader: XmlElementReader, event: (reader: XmlElementReader) => void): void {
    try {
      event(reader)
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      this.#error = error
      this.#reader = IGNORING
    }
  }

  #path(): string {
    return this.#records.steps.map(({ local }) => `/${local}`).join('')
  }
}
