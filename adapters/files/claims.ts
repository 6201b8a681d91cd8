import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { basename, dirname } from 'node:path/posix'
import type { PlacedFile } from './place.ts'

const CLAIM = /^\.(.+)\.([0-9a-f]{8})\.(\d{13})\.claimed$/

/** A file that some gateway has claimed by its name. */
export interface Claim {
  readonly file: PlacedFile
  /** The path that it had. */
  readonly path: string
  readonly instance: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The name of this gateway in claims: the same for as long as its store lives. */
export function instanceOf(storeFolder: string): string {
  const path = join(storeFolder, 'instance')
  try {
    writeFileSync(path, randomBytes(4).toString('hex'), { flag: 'wx' })
  } catch {
    // it has one
  }
  return readFileSync(path, 'utf8').trim()
}

/** The name of one source of a gateway in claims: two sources that look into one folder leave each other's claims alone. */
export function sourceInstance(instance: string, source: string): string {
  return createHash('sha256').update(`${instance} ${source}`).digest('hex').slice(0, 8)
}

/** The path that a claimed file is renamed to: of two gateways that try, one finds the file gone. */
export function claimPath(path: string, instance: string, now: number): string {
  return `${folderOf(path)}.${basename(path)}.${instance}.${now}.claimed`
}

/** The claim that a file's name says; undefined for all other files. */
export function claimOf(file: PlacedFile): Claim | undefined {
  const [, name, instance, at] = CLAIM.exec(basename(file.path)) ?? []
  if (name === undefined || instance === undefined) return undefined
  return { file, path: `${folderOf(file.path)}${name}`, instance, at: Number(at) }
}

/** A file's folder with its slash; '' for the root. */
function folderOf(path: string): string {
  const folder = dirname(path)
  return folder === '.' ? '' : `${folder}/`
}
