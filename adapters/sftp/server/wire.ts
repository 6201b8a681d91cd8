import { GatewayError } from '../../../gateway/errors.ts'

/** Requests and answers of SFTP version 3 (draft-ietf-secsh-filexfer-02), by their numbers. */
export const REQUEST = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const

export const STATUS = { ok: 0, eof: 1, missing: 2, denied: 3, failure: 4, badMessage: 5, unsupported: 8 } as const

/** What a client may set of a file; what it does not name is absent. */
export interface SetAttributes {
  readonly size?: number
  readonly accessedAt?: number
  readonly modifiedAt?: number
}

/** What a client is told of a file; times in milliseconds. */
export interface Attributes {
  readonly size: number
  readonly mode: number
  readonly accessedAt: number
  readonly modifiedAt: number
}

/** Reads the fields of one packet in order; throws BAD_REQUEST where they do not fit. */
export interface Fields {
  uint32(): number
  uint64(): number
  bytes(): Buffer
  text(): string
  attributes(): SetAttributes
}

const strict = new TextDecoder('utf-8', { fatal: true })

/** The fields of a packet from a byte on. */
export function fieldsOf(packet: Buffer, from: number): Fields {
  let at = from
  const take = (length: number) => {
    if (at + length > packet.length) throw new GatewayError('BAD_REQUEST', 'the packet is shorter than its fields')
    at += length
    return at - length
  }
  const uint32 = () => packet.readUInt32BE(take(4))
  const uint64 = () => uint32() * 2 ** 32 + uint32()
  const bytes = () => {
    const length = uint32()
    const start = take(length)
    return packet.subarray(start, start + length)
  }
  return { uint32, uint64, bytes, text: () => textOf(bytes()), attributes: () => attributesOf({ uint32, uint64, bytes }) }
}

function textOf(bytes: Buffer): string {
  try {
    return strict.decode(bytes)
  } catch (cause) {
    throw new GatewayError('FORBIDDEN', 'the name is not in UTF-8', { cause })
  }
}

function attributesOf({ uint32, uint64, bytes }: Pick<Fields, 'uint32' | 'uint64' | 'bytes'>): SetAttributes {
  const flags = uint32()
  const size = flags & 1 ? uint64() : undefined
  if (flags & 2) {
    uint32()
    uint32()
  }
  if (flags & 4) uint32()
  const times = flags & 8 ? { accessedAt: uint32() * 1_000, modifiedAt: uint32() * 1_000 } : {}
  if (flags & 0x80000000) for (let left = 2 * uint32(); left > 0; left--) bytes()
  return { ...(size !== undefined && { size }), ...times }
}

/** An answer's packet, with its length before it. */
export function statusPacket(id: number, code: number, text: string): Buffer {
  const message = Buffer.from(text.slice(0, 1_000))
  const packet = start(101, id, 12 + message.length)
  packet.writeUInt32BE(code, 9)
  packet.writeUInt32BE(message.length, 13)
  message.copy(packet, 17)
  // No language.
  packet.writeUInt32BE(0, 17 + message.length)
  return packet
}

export function handlePacket(id: number, handle: number): Buffer {
  const packet = start(102, id, 8)
  packet.writeUInt32BE(4, 9)
  packet.writeUInt32BE(handle, 13)
  return packet
}

/** A packet for so many bytes of data, which are to be put in at `DATA_AT`; fewer than that end it early. */
export function dataPacket(id: number, length: number): Buffer {
  const packet = start(103, id, 4 + length)
  packet.writeUInt32BE(length, 9)
  return packet
}

export const DATA_AT = 13

/** The packet cut to the data that there was. */
export function cutData(packet: Buffer, length: number): Buffer {
  packet.writeUInt32BE(DATA_AT - 4 + length, 0)
  packet.writeUInt32BE(length, 9)
  return packet.subarray(0, DATA_AT + length)
}

export function namesPacket(
  id: number,
  names: readonly { readonly name: string; readonly long: string; readonly attributes: Attributes }[],
): Buffer {
  const parts = names.flatMap(({ name, long, attributes }) => [stringOf(name), stringOf(long), attributesBytes(attributes)])
  const body = Buffer.concat(parts)
  const packet = start(104, id, 4 + body.length)
  packet.writeUInt32BE(names.length, 9)
  body.copy(packet, 13)
  return packet
}

export function attributesPacket(id: number, attributes: Attributes): Buffer {
  return around(105, id, attributesBytes(attributes))
}

/** An answer to an extended request: numbers of 64 bits. */
export function numbersPacket(id: number, numbers: readonly (number | bigint)[]): Buffer {
  const body = Buffer.alloc(8 * numbers.length)
  for (const [index, value] of numbers.entries()) body.writeBigUInt64BE(BigInt(value), 8 * index)
  return around(201, id, body)
}

/** VERSION 3, with the extensions that the server knows. */
export function versionPacket(extensions: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.concat(Object.entries(extensions).flatMap(([name, version]) => [stringOf(name), stringOf(version)]))
  return around(2, 3, body)
}

function around(type: number, id: number, body: Buffer): Buffer {
  const packet = start(type, id, body.length)
  body.copy(packet, 9)
  return packet
}

function start(type: number, id: number, length: number): Buffer {
  const packet = Buffer.allocUnsafe(9 + length)
  packet.writeUInt32BE(5 + length, 0)
  packet[4] = type
  packet.writeUInt32BE(id, 5)
  return packet
}

function stringOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function attributesBytes({ size, mode, accessedAt, modifiedAt }: Attributes): Buffer {
  const bytes = Buffer.allocUnsafe(32)
  bytes.writeUInt32BE(1 | 2 | 4 | 8, 0)
  bytes.writeBigUInt64BE(BigInt(size), 4)
  bytes.writeUInt32BE(0, 12)
  bytes.writeUInt32BE(0, 16)
  bytes.writeUInt32BE(mode, 20)
  bytes.writeUInt32BE(Math.max(0, Math.floor(accessedAt / 1_000)), 24)
  bytes.writeUInt32BE(Math.max(0, Math.floor(modifiedAt / 1_000)), 28)
  return bytes
}
