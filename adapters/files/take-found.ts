import { rm } from 'node:fs/promises'
import { asGatewayError, type GatewayError } from '../../gateway/errors.ts'
import { failpoint } from '../../gateway/failpoint.ts'
import type { Position } from '../../gateway/ports.ts'
import type { SourceBinding } from '../adapter.ts'
import { type Claim, claimPath } from './claims.ts'
import { dispose, putAside } from './dispose.ts'
import { fetchFile } from './fetch-file.ts'
import { holdClaim, noClaim } from './hold-claim.ts'
import type { LookParts, Memory } from './look.ts'
import type { Place, PlacedFile } from './place.ts'
import { sightOf } from './poll-files.ts'
import { takeFile } from './take-file.ts'

/** One look, for what it takes. */
export interface Found extends LookParts {
  readonly place: Place
  readonly memory: Memory
  readonly signal: AbortSignal
}

/** A file as it is remembered. */
export function positionOf({ source }: SourceBinding, file: PlacedFile): Position {
  return { source: `file:${source.name}:${file.path}`, value: sightOf(file) }
}

/** Claims a file, unless it is kept, and takes it. Nothing happens where another was first; rejects with what may be over at the next look. */
export async function takeOne(found: Found, file: PlacedFile): Promise<void> {
  const { place, options, instance, binding, log } = found
  if (options.after === 'keep') return take(found, file, file.path)
  const path = claimPath(file.path, instance, Date.now())
  try {
    // Nothing has that name, and where replacing is at once a link and its removal are not: two could have it.
    await place.rename(file.path, path, true)
  } catch (error) {
    if (await place.stat(file.path)) throw error
    return log.debug('file-gone', { source: binding.source.name, file: file.path })
  }
  failpoint('poll.claimed')
  await take(found, { ...file, path }, file.path)
}

/** Takes a file whose claim nobody works at any more. */
export async function resume(found: Found, { file, path, instance, at }: Claim): Promise<void> {
  if (instance === found.instance) return take(found, file, path)
  const { place, binding, log } = found
  const claimedAt = new Date(at).toISOString()
  const own = claimPath(path, found.instance, Date.now())
  await place.rename(file.path, own, true)
  log.warn('claim-taken-over', { source: binding.source.name, file: path, claimedBy: instance, claimedAt })
  await take(found, { ...file, path: own }, path)
}

/** `file` lies where it was claimed; `path` is where it came. */
async function take(found: Found, file: PlacedFile, path: string): Promise<void> {
  const { binding, options, gateway, log, place, memory, instance, incoming, minFreeBytes, signal } = found
  const claim = file.path === path ? noClaim(path) : holdClaim(place, { path, instance, takeOverMs: options.takeOverMs }, file.path)
  const name = path.slice(options.folder === '' ? 0 : options.folder.length + 1)
  const accept = async () => {
    const key = `${binding.source.name} ${path}`
    const local = await fetchFile(place, { file, claim, key, folder: incoming, minFreeBytes, signal })
    const arrived = { binding, name, path: local, modifiedAt: file.modifiedAt }
    return { local, ...(await takeFile(gateway, arrived, options.after === 'keep' ? positionOf(binding, { ...file, path }) : undefined)) }
  }
  const taken = await accept().catch((error: unknown) => asGatewayError(error))
  await claim.release().catch(() => {})
  if (!('local' in taken)) return refused(found, { file, path, at: claim.path }, taken)
  failpoint('poll.accepted')
  log.info('file-accepted', { source: binding.source.name, file: name, bytes: file.bytes, id: taken.id, replayed: taken.replayed })
  memory.settled.set(path, sightOf(file))
  await dispose({ place, options }, { path, at: claim.path }, taken.id)
  failpoint('poll.moved')
  await rm(taken.local, { force: true })
}

interface Refused {
  readonly file: PlacedFile
  readonly path: string
  /** Where it lies now. */
  readonly at: string
}

/** What can never be accepted goes to the error folder; all else lies where it came, for the next look. */
async function refused(found: Found, { file, path, at }: Refused, error: GatewayError): Promise<void> {
  const { place, options, binding, log, memory, signal } = found
  if (signal.aborted) return
  log.warn('file-refused', { source: binding.source.name, file: path, code: error.code, detail: error.detail })
  if (!error.permanent) {
    if (at !== path) await place.rename(at, path, false).catch(() => {})
    throw error
  }
  if (options.after === 'keep') memory.settled.set(path, sightOf(file))
  else await putAside({ place, options }, { path, at }, error)
}
