/** What one pass over the bytes tells, before anything is parsed. */
export interface Scan {
  /** The deepest nesting of objects and lists; scanning stops at the first level beyond the bound. */
  depth: number
  /** Colons outside strings: the members of all objects, those that stand twice counted twice. */
  members: number
  /** A number has more than 15 digits or an exponent: a double may bend it. */
  longNumbers: boolean
  /** Length of the longest number. */
  longestNumber: number
  /** Where a \uD800-\uDFFF escape without its other half stands, or -1. */
  loneSurrogate: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Looks once at each byte. Says nothing about validity: what is no JSON gives some numbers, and JSON.parse refuses it. */
export function scan(bytes: Uint8Array, start: number, maxDepth: number): Scan {
  const seen: Scan = { depth: 0, members: 0, longNumbers: false, longestNumber: 0, loneSurrogate: -1 }
  const { length } = bytes
  let at = start
  let open = 0
  let depth = 0
  let members = 0
  while (at < length && depth <= maxDepth) {
    const byte = bytes[at++] ?? 0
    if (byte === QUOTE) at = afterString(bytes, at, seen)
    else if (byte === 0x3a) members++
    else if (byte >= 0x30 && byte <= 0x39) at = afterNumber(bytes, at, seen)
    else if (byte === 0x7d || byte === 0x5d) open--
    else if ((byte === 0x7b || byte === 0x5b) && ++open > depth) depth = open
  }
  seen.depth = depth
  seen.members = members
  return seen
}

function afterString(bytes: Uint8Array, from: number, seen: Scan): number {
  const { length } = bytes
  let at = from
  while (at < length) {
    const byte = bytes[at++]
    if (byte === QUOTE) break
    if (byte === BACKSLASH) at = afterEscape(bytes, at, seen)
  }
  return at
}

function afterNumber(bytes: Uint8Array, from: number, seen: Scan): number {
  let at = from
  let digits = 1
  for (let byte = bytes[at]; byte !== undefined && inNumber(byte); byte = bytes[++at]) {
    if (byte >= 0x45) seen.longNumbers = true
    else if (byte >= 0x30) digits++
  }
  if (digits > 15) seen.longNumbers = true
  if (at - from >= seen.longestNumber) seen.longestNumber = at - from + 1
  return at
}

function inNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === 0x2d
}

/** The index behind an escape whose letter stands at `at`; notes where it is half of a surrogate pair. */
function afterEscape(bytes: Uint8Array, at: number, seen: Scan): number {
  if (bytes[at] !== 0x75) return at + 1
  const unit = hexUnit(bytes, at + 1)
  if (unit < 0xd800 || unit > 0xdfff) return at + 1
  const paired = unit <= 0xdbff && bytes[at + 5] === BACKSLASH && bytes[at + 6] === 0x75
  const low = paired ? hexUnit(bytes, at + 7) : -1
  if (low >= 0xdc00 && low <= 0xdfff) return at + 11
  if (seen.loneSurrogate < 0) seen.loneSurrogate = at - 1
  return at + 1
}

/** The four hex digits at `at`, or -1. */
function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0
  for (let index = at; index < at + 4; index++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[index] ?? 0), 16)
    if (Number.isNaN(digit)) return -1
    unit = unit * 16 + digit
  }
  return unit
}
