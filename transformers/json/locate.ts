/** The first thing in a text that makes it no JSON (RFC 8259). */
export interface JsonFault {
  readonly offset: number
  readonly message: string
}

interface Reader {
  readonly text: string
  at: number
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORDS = ['true', 'false', 'null']

/** Where a text that JSON.parse refuses goes wrong, and what was expected there; undefined where it is well-formed. The depth must be bounded by the caller. */
export function locate(text: string): JsonFault | undefined {
  const reader: Reader = { text, at: 0 }
  return readValue(reader) ?? readEnd(reader)
}

function readEnd(reader: Reader): JsonFault | undefined {
  skipSpace(reader)
  return reader.at < reader.text.length ? fault(reader, 'expected nothing more after the value') : undefined
}

function readValue(reader: Reader): JsonFault | undefined {
  skipSpace(reader)
  const first = reader.text[reader.at]
  if (first === '{') return readMembers(reader)
  if (first === '[') return readItems(reader)
  if (first === '"') return readString(reader)
  if (first !== undefined && /[-\d]/.test(first)) return readNumber(reader)
  const word = WORDS.find(one => reader.text.startsWith(one, reader.at))
  if (word === undefined) return fault(reader, 'expected a value')
  reader.at += word.length
  return undefined
}

function readMembers(reader: Reader): JsonFault | undefined {
  reader.at++
  if (take(reader, '}')) return undefined
  do {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') return fault(reader, 'expected a name in double quotes')
    const inName = readString(reader)
    if (inName) return inName
    if (!take(reader, ':')) return fault(reader, 'expected ":" after the name')
    const inValue = readValue(reader)
    if (inValue) return inValue
  } while (take(reader, ','))
  return take(reader, '}') ? undefined : fault(reader, 'expected "," or "}" after a member')
}

function readItems(reader: Reader): JsonFault | undefined {
  reader.at++
  if (take(reader, ']')) return undefined
  do {
    const inItem = readValue(reader)
    if (inItem) return inItem
  } while (take(reader, ','))
  return take(reader, ']') ? undefined : fault(reader, 'expected "," or "]" after an item')
}

function readString(reader: Reader): JsonFault | undefined {
  for (reader.at++; reader.at < reader.text.length; reader.at++) {
    const char = reader.text[reader.at] ?? ''
    if (char === '"') {
      reader.at++
      return undefined
    }
    if (char < ' ') return fault(reader, 'a control character must be escaped in a string')
    if (char !== '\\') continue
    const length = escapeLength(reader)
    if (length === 0) return fault(reader, 'unknown escape in a string')
    reader.at += length
  }
  return fault(reader, 'expected the closing quote of a string')
}

function escapeLength({ text, at }: Reader): number {
  if (/["\\/bfnrt]/.test(text[at + 1] ?? '')) return 1
  return /^u[\da-fA-F]{4}$/.test(text.slice(at + 1, at + 6)) ? 5 : 0
}

function readNumber(reader: Reader): JsonFault | undefined {
  NUMBER.lastIndex = reader.at
  const [number] = NUMBER.exec(reader.text) ?? []
  if (number === undefined) return fault(reader, 'expected a digit after "-"')
  reader.at += number.length
  return /[\d.eE+-]/.test(reader.text[reader.at] ?? '') ? fault(reader, `malformed number after "${number.slice(-20)}"`) : undefined
}

function take(reader: Reader, char: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== char) return false
  reader.at++
  return true
}

function skipSpace(reader: Reader): void {
  while (/[ \t\n\r]/.test(reader.text[reader.at] ?? '')) reader.at++
}

function fault({ text, at }: Reader, message: string): JsonFault {
  const seen = text[at]
  return { offset: at, message: `${message}, saw ${seen === undefined ? 'the end' : JSON.stringify(seen)}` }
}
