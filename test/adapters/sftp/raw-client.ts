import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'
import type { SftpPlace } from '../../support/sftp-clients.ts'

/** What the server answered: the type of the packet, and of a status its code and text. */
export interface Answer {
  readonly type: number
  readonly code?: number
  readonly text?: string
  readonly body: Buffer
}

/** A client that sends any packet that it is told to. */
export interface RawClient {
  /** Sends a request; its id is put in. */
  ask(type: number, ...fields: readonly (string | Buffer | number | bigint)[]): Promise<Answer>
  /** Opens for writing anew; the handle. */
  create(path: string): Promise<Buffer>
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  /** Cuts the connection. */
  cut(): void
}

export interface Credentials {
  readonly key?: string
  readonly password?: string
}

/** Logs in; rejects where that is refused. */
export async function connectRaw(place: SftpPlace, { key = place.key, password }: Credentials = {}): Promise<RawClient> {
  const client = new ssh2.Client()
  const gone = new Promise<void>(resolve => client.once('close', () => resolve()))
  const secret = password === undefined ? { privateKey: readFileSync(key) } : { password }
  client.on('error', () => {})
  client.connect({ host: place.host, port: place.port, username: place.user, ...secret, readyTimeout: 5_000 })
  await new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve())
    void gone.then(() => reject(new Error('the login was refused')))
  })
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) => {
    client.subsys('sftp', (error, found) => (error ? reject(error) : resolve(found)))
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  let last = 0
  readPackets(channel, packet => {
    const id = packet.readUInt32BE(1)
    waiting.get(id)?.(answerOf(packet))
    waiting.delete(id)
  })
  channel.write(framed(Buffer.from([1, 0, 0, 0, 3])))
  const ask: RawClient['ask'] = (type, ...fields) => {
    last += 1
    const id = Buffer.alloc(4)
    id.writeUInt32BE(last)
    channel.write(framed(Buffer.concat([Buffer.from([type]), id, ...fields.map(bytesOf)])))
    return new Promise((resolve, reject) => {
      waiting.set(last, resolve)
      void gone.then(() => reject(new Error('the connection is gone')))
    })
  }
  return {
    ask,
    gone,
    async create(path) {
      const { type, body, text } = await ask(3, path, 2 | 8 | 16, 0)
      if (type !== 102) throw new Error(text)
      return body.subarray(4, 8)
    },
    cut: () => client.destroy(),
  }
}

function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(packet.length)
  return Buffer.concat([length, packet])
}

/** A text or bytes with their length, a number as 32 bits, a bigint as 64. */
function bytesOf(field: string | Buffer | number | bigint): Buffer {
  if (typeof field === 'string' || Buffer.isBuffer(field)) return framed(Buffer.from(field))
  const bytes = Buffer.alloc(typeof field === 'bigint' ? 8 : 4)
  if (typeof field === 'bigint') bytes.writeBigUInt64BE(field)
  else bytes.writeUInt32BE(field)
  return bytes
}

function answerOf(packet: Buffer): Answer {
  const type = packet[0] ?? 0
  const body = packet.subarray(5)
  if (type !== 101) return { type, body }
  return { type, body, code: body.readUInt32BE(0), text: body.toString('utf8', 8, 8 + body.readUInt32BE(4)) }
}

function readPackets(channel: ssh2.ClientChannel, take: (packet: Buffer) => void): void {
  let rest = Buffer.alloc(0)
  channel.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      take(rest.subarray(4, end))
      rest = rest.subarray(end)
    }
  })
}
