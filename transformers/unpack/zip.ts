import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { GatewayError } from '../../gateway/errors.ts'
import type { Meter } from './limits.ts'
import { asUnreadable, checkEntryName, type PackedFile, shown, type Unpacked } from './packed.ts'
import { keptOpen, metered } from './pieces.ts'

/** Of Unix modes, what says that an entry is a link. */
const TYPE = 0o170000
const LINK = 0o120000

/** The files of a zip (PKWARE's APPNOTE, with zip64; stored and deflated), by its directory. Throws NOT_READABLE where it is cut or broken, encrypted, or has links. */
export async function* unzip({ path }: PackedFile, meter: Meter): AsyncIterable<Unpacked> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(path, { autoClose: false, strictFileNames: true })
    for await (const entry of zip.eachEntry()) {
      meter.entry()
      if (!isFile(entry)) continue
      const pieces = keptOpen(metered(read(zip, entry), meter, 'zip'))
      yield { name: entry.fileName, bytes: pieces }
      for await (const _ of pieces);
    }
  } catch (error) {
    throw asUnreadable(error, 'zip')
  } finally {
    zip?.close()
  }
}

/** False for a folder. Throws NOT_READABLE for what is neither, or cannot be read. */
function isFile(entry: Entry): boolean {
  const { fileName, compressionMethod, externalFileAttributes } = entry
  checkEntryName(fileName)
  const refuse = (what: string): never => {
    throw new GatewayError('NOT_READABLE', `the entry ${shown(fileName)} ${what}`)
  }
  if (fileName.endsWith('/')) return false
  if (entry.isEncrypted()) return refuse('is encrypted')
  if (((externalFileAttributes >>> 16) & TYPE) === LINK) return refuse('is a link, and only files and folders are taken')
  if (entry.canDecodeFileData()) return true
  return refuse(`is packed by method ${compressionMethod}; taken are 0 (stored) and 8 (deflated)`)
}

async function* read(zip: ZipFile, entry: Entry): AsyncIterable<Uint8Array> {
  let sum = 0
  for await (const piece of await zip.openReadStreamPromise(entry)) {
    sum = crc32(piece, sum)
    yield piece
  }
  if (sum === entry.crc32) return
  throw new GatewayError('NOT_READABLE', `the entry ${shown(entry.fileName)} is broken: its checksum does not match`)
}
