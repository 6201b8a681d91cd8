import { basename, dirname, extname } from 'node:path/posix'
import type { GatewayError } from '../../gateway/errors.ts'
import { onePiece } from '../../gateway/one-piece.ts'
import type { Place } from './place.ts'
import { DONE } from './poll-files.ts'
import type { PollOptions } from './poll-options.ts'

export interface DisposeParts {
  readonly place: Place
  readonly options: Pick<PollOptions, 'folder' | 'after' | 'doneFolder' | 'errorFolder' | 'ready'>
}

/** A file: where it came, and where it lies. */
export interface Lying {
  readonly path: string
  readonly at: string
}

/** What the options say of a file that is accepted, under this id. */
export async function dispose({ place, options }: DisposeParts, { path, at }: Lying, id: string): Promise<void> {
  if (options.after === 'keep') {
    if (at !== path) await place.rename(at, path, false)
    return
  }
  if (options.ready === 'done-file') await place.remove(path + DONE)
  if (options.after === 'delete') await place.remove(at)
  else await moveInto(place, at, besides(options, options.doneFolder, path), id)
}

/** Puts a file that can never be accepted into the error folder, with the reason beside it. */
export async function putAside({ place, options }: DisposeParts, { path, at }: Lying, { code, detail }: GatewayError): Promise<void> {
  const moved = await moveInto(place, at, besides(options, options.errorFolder, path), String(Date.now()))
  const text = `${JSON.stringify({ file: path, at: new Date().toISOString(), code, detail }, null, 2)}\n`
  await place.write(`${moved}.err`, onePiece(Buffer.from(text)))
  if (options.ready === 'done-file') await place.remove(path + DONE)
}

function besides({ folder }: DisposeParts['options'], name: string, path: string): string {
  const inside = folder === '' ? path : path.slice(folder.length + 1)
  return [folder, name, inside].filter(part => part !== '').join('/')
}

/** Moves a file where nothing is overwritten; resolves with its new path. */
async function moveInto(place: Place, from: string, to: string, mark: string): Promise<string> {
  const type = extname(to)
  const free = (await place.stat(to)) ? `${dirname(to)}/${basename(to, type)}.${mark}${type}` : to
  try {
    await place.rename(from, free, false)
  } catch {
    // Most often the folder is missing, and only once.
    await place.makeFolder(dirname(to))
    await place.rename(from, free, false)
  }
  return free
}
