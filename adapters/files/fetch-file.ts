import { createHash } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from '../../gateway/errors.ts'
import type { Place, PlacedFile } from './place.ts'

/** Downloads a file to a folder of this machine; resolves with its path. What a download before has left of the same file is gone on from. */
export async function fetchFile(place: Place, file: PlacedFile, name: string, folder: string): Promise<string> {
  const key = createHash('sha256').update(`${name}\n${file.bytes}\n${file.modifiedAt}`).digest('hex').slice(0, 32)
  const path = join(folder, `${key}.part`)
  const there = (await stat(path).catch(() => undefined))?.size ?? 0
  if (there > file.bytes) await rm(path, { force: true })
  const from = there > file.bytes ? 0 : there
  const local = await open(path, 'a')
  try {
    if (from < file.bytes) for await (const part of place.read(file.path, from)) await local.writeFile(part)
    await local.sync()
  } finally {
    await local.close()
  }
  const bytes = (await stat(path)).size
  if (bytes === file.bytes) return path
  await rm(path, { force: true })
  throw new GatewayError('TARGET_UNAVAILABLE', `${file.path} has ${bytes} bytes now, and had ${file.bytes} when it was listed`)
}
