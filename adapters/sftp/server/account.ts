import type { Log } from '../../../gateway/log.ts'
import type { Gateway } from '../../../gateway/ports.ts'
import type { SourceBinding } from '../../adapter.ts'
import type { Commits } from './commits.ts'
import type { Hasher } from './hasher.ts'
import type { SftpClient } from './options.ts'
import { isWithin } from './paths.ts'
import type { Finished, Upload } from './upload.ts'
import type { Usage } from './usage.ts'

/** A folder that a client uploads into, for one source. */
export interface Place {
  readonly binding: SourceBinding
  /** Clean and absolute within the client's folder. */
  readonly folder: string
  readonly commit: 'close' | 'rename' | 'done-file'
}

/** A file that was accepted and is shown for a while, since clients look at it after CLOSE. */
export interface Ghost {
  readonly size: number
  readonly modifiedAt: number
  readonly untilMs: number
}

/** One client with its folder, for all its sessions. */
export interface Account {
  readonly name: string
  readonly options: SftpClient
  /** The real path of its folder. */
  readonly root: string
  readonly places: readonly Place[]
  readonly gateway: Gateway
  readonly log: Log
  /** Uploads that are open, by path. */
  readonly uploads: Map<string, Upload>
  readonly ghosts: Map<string, Ghost>
  /** What is known of uploads that ended and are not taken yet, by path. */
  readonly finished: Map<string, Finished>
  readonly commits: Commits
  readonly usage: Usage
  readonly hasher: Hasher
  /** Connections that are open. */
  sessions: number
}

export const RECEIPTS = '/receipts'
export const REJECTS = '/rejects'

/** The source's folder that a path lies in; undefined where none does. */
export function placeOf({ places }: Pick<Account, 'places'>, path: string): Place | undefined {
  if (isWithin(path, RECEIPTS) || isWithin(path, REJECTS)) return undefined
  const around = places.filter(({ folder }) => path !== folder && isWithin(path, folder))
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]
}

/** True for a folder of the gateway's own making, which stays. */
export function isFixed({ places }: Pick<Account, 'places'>, path: string): boolean {
  return ['/', RECEIPTS, REJECTS].includes(path) || places.some(({ folder }) => isWithin(folder, path))
}

/** What is shown in place of a file that was accepted; forgotten in time. */
export function ghostOf({ ghosts }: Pick<Account, 'ghosts'>, path: string): Ghost | undefined {
  const ghost = ghosts.get(path)
  if (!ghost || Date.now() < ghost.untilMs) return ghost
  ghosts.delete(path)
  return undefined
}

/** Shows an accepted file for a while; those whose time is over go. */
export function haunt({ ghosts }: Pick<Account, 'ghosts'>, path: string, ghost: Ghost): void {
  // At the end: the first is always the oldest.
  ghosts.delete(path)
  ghosts.set(path, ghost)
  for (const [old, { untilMs }] of ghosts) {
    if (untilMs > Date.now()) return
    ghosts.delete(old)
  }
}
