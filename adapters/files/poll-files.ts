import { basename } from 'node:path/posix'
import picomatch from 'picomatch'
import type { PlacedFile } from './place.ts'
import type { PollOptions } from './poll-options.ts'

/** What was seen of files in the look before: size and time by path. */
export type Seen = ReadonlyMap<string, string>

/** Size and time of a file, as one text. */
export function sightOf({ bytes, modifiedAt }: PlacedFile): string {
  return `${bytes} ${modifiedAt}`
}

/** True for the paths of files that a source wants. */
export function wanted({ folder, files, recursive, doneFolder, errorFolder, ready }: PollOptions): (path: string) => boolean {
  // A glob with a slash is of folders as well; one without is of the name, wherever the file lies.
  const globs = [files].flat().map(glob => picomatch(glob, { basename: !glob.includes('/') }))
  const own = [doneFolder, errorFolder].map(name => `${name}/`)
  return path => {
    const inside = folder === '' ? path : path.slice(folder.length + 1)
    const name = basename(path)
    if (name.startsWith('.') || own.some(one => inside.startsWith(one)) || (!recursive && inside.includes('/'))) return false
    return !(ready === 'done-file' && name.endsWith(DONE)) && globs.some(matches => matches(inside))
  }
}

/** What stands beside a file whose sender says that it is complete. */
export const DONE = '.done'

/** The files that are complete, in their order, no more than one look takes. `now` in milliseconds since the epoch. */
export function readyFiles(all: readonly PlacedFile[], options: PollOptions, seen: Seen, now: number): readonly PlacedFile[] {
  const wants = wanted(options)
  const paths = options.ready === 'done-file' ? new Set(all.map(({ path }) => path)) : undefined
  const isReady = (file: PlacedFile) => {
    if (paths) return paths.has(file.path + DONE)
    if (options.ready === 'age') return now - file.modifiedAt >= options.ageMs
    return seen.get(file.path) === sightOf(file)
  }
  return all.filter(file => wants(file.path) && isReady(file)).sort(ORDERS[options.sort])
}

const ORDERS = {
  name: (a: PlacedFile, b: PlacedFile) => (a.path < b.path ? -1 : 1),
  oldest: (a: PlacedFile, b: PlacedFile) => a.modifiedAt - b.modifiedAt || ORDERS.name(a, b),
  newest: (a: PlacedFile, b: PlacedFile) => b.modifiedAt - a.modifiedAt || ORDERS.name(a, b),
} as const
