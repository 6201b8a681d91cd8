import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GatewayError } from '../../../gateway/errors.ts'
import type { Receipts } from '../../../gateway/receipts.ts'
import type { TakenFile } from '../../files/take-file.ts'
import { type Account, type Place, RECEIPTS, REJECTS } from './account.ts'
import { type Follower, laid } from './follow.ts'
import { type FileReceipt, readReceipt, writeReceipt } from './receipt-file.ts'

/** Tells senders in files what became of theirs. */
export interface Desk {
  /** Resolves when the receipt is written and is followed until it is final. */
  accepted(file: SentFile, taken: TakenFile): Promise<void>
  /** Tells why it was not taken. One that never will be goes to rejects/; true then. */
  refused(file: SentFile, error: GatewayError): Promise<boolean>
  /** The receipt that a file of this name has. */
  known(file: Pick<SentFile, 'account' | 'place' | 'path'>): Promise<FileReceipt | undefined>
}

/** A file on its way in. */
export interface SentFile {
  readonly account: Account
  readonly place: Place
  readonly path: string
  /** Where it lies. */
  readonly real: string
}

export interface DeskParts {
  readonly receipts: Receipts
  readonly follower: Follower
  readonly temporary: string
}

/** A desk that writes into the folders of all clients. */
export function createDesk({ receipts, follower, temporary }: DeskParts): Desk {
  const known: Desk['known'] = file => readReceipt(receiptOf(file))
  return {
    known,
    async accepted(file, { id, stored: { sha256, bytes } }) {
      const path = receiptOf(file)
      await follower.replace(path, async () => {
        const view = await receipts.receipt(id)
        const plain: FileReceipt = {
          ...headOf(file, await known(file), sha256),
          ...{ state: 'accepted', id, bytes, sha256, updatedAt: new Date().toISOString() },
        }
        const receipt = view ? laid(plain, view) : plain
        await writeReceipt(path, receipt, temporary)
        return { path, rejectsPath: rejectsOf(file), receipt }
      })
    },
    async refused(file, error) {
      const { account, real } = file
      const isRejected = error.permanent
      const rejects = rejectsOf(file)
      const { code, detail, extras } = error
      const path = receiptOf(file)
      await follower.replace(path, async () => {
        const receipt: FileReceipt = {
          ...headOf(file, await known(file), undefined),
          state: isRejected ? 'rejected' : 'refused',
          error: { code, detail: told(error), ...(extras.errors && { errors: extras.errors.slice(0, 50) }) },
          ...(isRejected && { rejects: rejects.slice(account.root.length) }),
          updatedAt: new Date().toISOString(),
        }
        await writeReceipt(path, receipt, temporary)
        return undefined
      })
      account.log.warn('sftp-refused', { client: account.name, file: file.path, code, detail })
      if (!isRejected) return false
      await mkdir(dirname(rejects), { recursive: true, mode: 0o700 })
      await rename(real, rejects)
      return true
    },
  }
}

/** What a sender may read of an error. */
export function told({ code, detail }: GatewayError): string {
  return code === 'INTERNAL' || code === 'STORE_UNAVAILABLE' ? 'the gateway cannot take it now; its log has the rest' : detail
}

/** From the source's folder. */
export function nameIn({ folder }: Place, path: string): string {
  return path.slice(folder === '/' ? 1 : folder.length + 1)
}

function headOf(
  { place, path }: SentFile,
  before: FileReceipt | undefined,
  sha256: string | undefined,
): Pick<FileReceipt, 'file' | 'route' | 'version' | 'previous'> {
  const last =
    before?.id !== undefined && before.sha256 !== undefined
      ? { id: before.id, sha256: before.sha256, version: before.version }
      : before?.previous
  const isSame = last !== undefined && last.sha256 === sha256
  const previous = isSame ? before?.previous : last
  return {
    file: path,
    route: place.binding.route.name,
    version: isSame ? last.version : (last?.version ?? 0) + 1,
    ...(previous && { previous }),
  }
}

/** A client with one source finds the receipt under the file's name, one with several below the name of the source's folder. */
function below(folder: string, { account, place, path }: Pick<SentFile, 'account' | 'place' | 'path'>): string {
  return join(account.root, folder, account.places.length > 1 ? path : nameIn(place, path))
}

function receiptOf(file: Pick<SentFile, 'account' | 'place' | 'path'>): string {
  return `${below(RECEIPTS, file)}.receipt.json`
}

function rejectsOf(file: SentFile): string {
  return below(REJECTS, file)
}
