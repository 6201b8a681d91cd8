import type { ReadRecord, RecordReader, RecordWriter } from '../format.ts'
import { createGathered } from '../formats/records/gather.ts'
import { checkSize, placedFault, recordReader } from '../formats/records/reader.ts'
import { parseJson } from './codec.ts'
import { refuseHeader, writeRecord } from './write-record.ts'

const NEWLINE = 0x0a
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** Reads NDJSON (https://github.com/ndjson/ndjson-spec): a JSON value a line, in UTF-8. Lines of white space are skipped; a line that is no JSON is its record's error. */
export function createLineReader(): RecordReader {
  const held = createGathered()
  let line = 1
  let number = 1

  function finish(raw: Buffer, found: ReadRecord[]): void {
    const text = line === 1 && raw.indexOf(MARK) === 0 ? raw.subarray(MARK.length) : raw
    if (!isBlank(text)) found.push({ number: number++, line, ...parsed(withoutEnd(text), line), raw })
    line++
  }

  return recordReader({
    push(bytes, found) {
      let from = 0
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
        checkSize(held.length + at + 1 - from, number, line)
        const piece = bytes.subarray(from, at + 1)
        from = at + 1
        if (held.length > 0) held.add(piece)
        finish(held.length > 0 ? held.take() : Buffer.from(piece), found)
      }
      checkSize(held.length + bytes.length - from, number, line)
      held.add(bytes.subarray(from))
    },
    end(found) {
      if (held.length > 0) finish(held.take(), found)
    },
  })
}

/** Writes NDJSON: each record on a line of its own. */
export function createLineWriter(): RecordWriter {
  return {
    open(header) {
      refuseHeader(header, 'NDJSON')
      return Buffer.alloc(0)
    },
    record: body => Buffer.from(`${writeRecord(body)}\n`),
    close: () => Buffer.alloc(0),
  }
}

function parsed(text: Buffer, line: number): Pick<ReadRecord, 'body' | 'error'> {
  try {
    return { body: parseJson(text).value }
  } catch (error) {
    return { error: placedFault(error, { line, column: 1 }) }
  }
}

function withoutEnd(text: Buffer): Buffer {
  const newline = text.at(-1) === NEWLINE ? 1 : 0
  const end = text.length - newline
  return text.subarray(0, text[end - 1] === 0x0d ? end - 1 : end)
}

function isBlank(text: Buffer): boolean {
  for (const byte of text) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== NEWLINE) return false
  return true
}
