import { pipeline, Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import { GatewayError } from '../../gateway/errors.ts'
import type { Meter } from './limits.ts'
import { asUnreadable, checkEntryName, shown, type Unpacked } from './packed.ts'
import { bytesOf, createZeroCount, keptOpen, metered } from './pieces.ts'

const FILES = new Set(['file', 'contiguous-file'])
const BLOCK = 512

/** The files of a tar (POSIX ustar and pax, GNU long names). Throws NOT_READABLE where it is cut or broken, or has links or devices. */
export async function* untar(bytes: AsyncIterable<Uint8Array>, meter: Meter): AsyncIterable<Unpacked> {
  const all = createZeroCount()
  const reader = extract()
  pipeline(Readable.from(all.watch(bytes)), reader, () => undefined)
  let zerosOfLast = 0
  try {
    for await (const entry of reader) {
      const { header } = entry
      meter.entry()
      const content = createZeroCount()
      const pieces = keptOpen(metered(content.watch(bytesOf(entry)), meter, 'tar'))
      if (isFile(header)) yield { name: header.name, bytes: pieces }
      for await (const _ of pieces);
      zerosOfLast = content.count() + padding(header)
    }
  } catch (error) {
    throw asUnreadable(error, 'tar')
  }
  // An archive that is cut between two entries looks whole, but for the two blocks of zeros at its end.
  if (all.count() < zerosOfLast + 2 * BLOCK) throw new GatewayError('NOT_READABLE', 'the tar cannot be unpacked: its end is missing')
}

/** False for a folder. Throws NOT_READABLE for what is neither. */
function isFile({ name, type }: Header): boolean {
  checkEntryName(name)
  if (type === 'directory') return false
  if (FILES.has(type)) return true
  throw new GatewayError('NOT_READABLE', `the entry ${shown(name)} is a ${type}, and only files and folders are taken`)
}

function padding({ size }: Header): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}
