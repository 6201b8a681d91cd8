import { createHash } from 'node:crypto'
import { basename, dirname, extname } from 'node:path/posix'
import { GatewayError } from '../../gateway/errors.ts'
import { failpoint } from '../../gateway/failpoint.ts'
import { onePiece } from '../../gateway/one-piece.ts'
import type { Bodies, Delivery, Outbound, Streaming } from '../../gateway/ports.ts'
import { fileNameOf } from './file-name.ts'
import { createLines } from './in-line.ts'
import { type Content, packedContent, packedEnding } from './packed-file.ts'
import type { Place } from './place.ts'
import type { SendOptions } from './send-options.ts'

export interface SenderParts {
  /** `system` or `system.operation`, for errors. */
  readonly name: string
  readonly options: SendOptions
  readonly openPlace: (signal: AbortSignal) => Promise<Place>
  readonly bodies: Pick<Bodies, 'open'>
  readonly close: () => Promise<void>
}

/** One file on its way. */
interface Sending extends Content {
  readonly parts: SenderParts
  readonly place: Place
}

/** The most names that are tried for `exists: number`. */
const NUMBERS = 10_000

/**
 * Writes each delivery as a file: as `.NAME.part`, then checked, then renamed. A file of the same name and content that is there already is
 * this delivery, sent before: it is not written again.
 */
export function createFileSender(parts: SenderParts): Outbound & Streaming {
  // Files of one name go one after another.
  const inLine = createLines()
  return {
    streams: true,
    async send(delivery, signal) {
      const path = pathOf(parts.options, delivery)
      await inLine(path, async () => {
        const place = await parts.openPlace(signal)
        try {
          await sendTo({ parts, place, ...(await contentOf(parts, path, delivery)) }, path)
        } finally {
          await place.close()
        }
      })
      return undefined
    },
    close: parts.close,
  }
}

function pathOf({ folder, pack }: SendOptions, delivery: Delivery): string {
  const name = fileNameOf(delivery)
  const ending = pack && delivery.params?.name === undefined ? packedEnding(pack) : ''
  return [folder, `${name}${ending}`].filter(part => part !== '').join('/')
}

async function contentOf({ options: { pack }, bodies }: SenderParts, path: string, { body, stored }: Delivery): Promise<Content> {
  const plain = stored
    ? { bytes: stored.bytes, sha256: stored.sha256, read: () => bodies.open(stored) }
    : { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex'), read: () => onePiece(body) }
  return pack ? packedContent(pack, path, plain) : plain
}

async function sendTo(sending: Sending, wanted: string): Promise<void> {
  const { place, parts } = sending
  const { options } = parts
  if (options.makeFolders) await place.makeFolder(dirname(wanted))
  const { path, same } = await freePath(sending, wanted)
  // A send that was cut between a link and its removal has left it.
  if (same) await place.remove(partOf(path))
  else await write(sending, path)
  if (options.doneFile) await place.write(`${path}.done`, onePiece(new Uint8Array()))
}

function partOf(path: string): string {
  return `${dirname(path)}/.${basename(path)}.part`
}

/** The path to write to; `same` where the file is there already with this content. */
async function freePath(sending: Sending, wanted: string): Promise<{ readonly path: string; readonly same: boolean }> {
  const { parts, place } = sending
  const { exists } = parts.options
  const type = extname(wanted)
  for (let number = 1; number <= NUMBERS; number++) {
    const path = number === 1 ? wanted : `${dirname(wanted)}/${basename(wanted, type)}-${number}${type}`
    const there = await place.stat(path)
    if (!there) return { path, same: false }
    if (await isSame(sending, path, there.bytes)) return { path, same: true }
    if (exists === 'replace') return { path, same: false }
    if (exists === 'fail')
      throw new GatewayError('TARGET_REFUSED', `${parts.name} has ${path} already, with another content; \`exists\` says what is done then`)
  }
  throw new GatewayError('TARGET_REFUSED', `${parts.name} has ${wanted} and ${NUMBERS - 1} numbered files of its name already`)
}

async function isSame({ place, bytes, sha256 }: Sending, path: string, there: number): Promise<boolean> {
  return there === bytes && (await hashOf(place.read(path, 0))) === sha256
}

async function write(sending: Sending, path: string): Promise<void> {
  const { place, parts, bytes, read, sha256 } = sending
  const part = partOf(path)
  await place.write(part, read())
  failpoint('file.written')
  const written = (await place.stat(part))?.bytes ?? 0
  if (written !== bytes) throw new GatewayError('TARGET_UNAVAILABLE', `${part} has ${written} bytes after ${bytes} were written`)
  if (parts.options.verify === 'hash' && (await hashOf(place.read(part, 0))) !== sha256) {
    throw new GatewayError('TARGET_UNAVAILABLE', `${part} reads back with another content than was written`)
  }
  await giveName(sending, part, path)
  failpoint('file.renamed')
}

async function giveName({ place, parts }: Sending, part: string, path: string): Promise<void> {
  const replace = parts.options.exists === 'replace'
  try {
    await place.rename(part, path, replace)
  } catch (cause) {
    if (replace || !(await place.stat(path))) throw cause
    // The next attempt looks at it, and does what `exists` says.
    throw new GatewayError('TARGET_UNAVAILABLE', `${path} came into being while its file was written`, { cause })
  }
}

async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of bytes) hash.update(part)
  return hash.digest('hex')
}
