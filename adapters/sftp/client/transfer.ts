import type { Line } from './connect.ts'
import { isUnsupported } from './faults.ts'

/** OpenSSH takes as much in one request; for servers that take less, ssh2 cuts it. */
const PART_BYTES = 131_072
/** Parts on their way: enough for 100 Mbit/s at 300 ms. */
const AHEAD = 32

/** A connection, and until when somebody waits. */
export interface Use {
  readonly line: Line
  readonly signal: AbortSignal
}

/** The bytes of a file from one on, with requests ahead of the reader. */
export async function* readFile({ line, signal }: Use, path: string, from: number): AsyncGenerator<Uint8Array> {
  const { sftp, requests } = line
  const handle = await requests.ask<Buffer>(signal, `open ${path}`, done => sftp.open(path, 'r', done))
  const ahead: Promise<Buffer>[] = []
  let position = from
  let most = 2
  try {
    while (true) {
      // A small file is not worth a hundred requests; a large one doubles them with each part.
      while (ahead.length < most) {
        const part = readPart({ line, signal }, { handle, path }, position)
        // Those behind one that fails are nobody's business.
        part.catch(() => {})
        ahead.push(part)
        position += PART_BYTES
      }
      const part = await ahead.shift()
      if (part && part.length > 0) yield part
      if (!part || part.length < PART_BYTES) return
      most = Math.min(most * 2, AHEAD)
    }
  } finally {
    sftp.close(handle, () => {})
  }
}

interface Opened {
  readonly handle: Buffer
  readonly path: string
}

/** All of one part; less only at the end of the file. A server may answer with less than was asked for. */
async function readPart({ line, signal }: Use, { handle, path }: Opened, position: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(PART_BYTES)
  let have = 0
  while (have < PART_BYTES) {
    const got = await line.requests.ask<number>(signal, `read ${path}`, done =>
      line.sftp.read(handle, part, have, PART_BYTES - have, position + have, done),
    )
    if (got === 0) break
    have += got
  }
  return part.subarray(0, have)
}

/** Makes or replaces a file; resolves when the server has it, synced where it can do that, and has said yes to its end. */
export async function writeFile({ line, signal }: Use, path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { sftp, requests } = line
  const handle = await requests.ask<Buffer>(signal, `open ${path}`, done => sftp.open(path, 'w', done))
  let closed = false
  try {
    await writeParts({ line, signal }, { handle, path }, bytes)
    await sync({ line, signal }, { handle, path })
    closed = true
    await requests.ask<void>(signal, `close ${path}`, done => sftp.close(handle, error => done(error)))
  } finally {
    if (!closed) sftp.close(handle, () => {})
  }
}

async function writeParts(use: Use, opened: Opened, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const open = new Set<Promise<void>>()
  let position = 0
  for await (const piece of bytes) {
    for (let start = 0; start < piece.length; start += PART_BYTES) {
      const part = piece.subarray(start, start + PART_BYTES)
      const write = writePart(use, opened, part, position).then(() => {
        open.delete(write)
      })
      write.catch(() => {})
      open.add(write)
      position += part.length
      if (open.size >= AHEAD) await Promise.race(open)
    }
  }
  await Promise.all(open)
}

function writePart({ line, signal }: Use, { handle, path }: Opened, part: Uint8Array, position: number): Promise<void> {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
  return line.requests.ask<void>(signal, `write ${path}`, done =>
    line.sftp.write(handle, bytes, 0, bytes.length, position, error => done(error)),
  )
}

async function sync({ line, signal }: Use, { handle, path }: Opened): Promise<void> {
  try {
    await line.requests.ask<void>(signal, `sync ${path}`, done => line.sftp.ext_openssh_fsync(handle, error => done(error)))
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
}
