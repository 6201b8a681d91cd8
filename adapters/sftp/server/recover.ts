import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, opendir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { asGatewayError } from '../../../gateway/errors.ts'
import { type Account, type Place, placeOf } from './account.ts'
import type { Desk } from './desk.ts'
import { isPartial, type Taker } from './take.ts'

/** What is done with the files that lie in a client's folders when the gateway starts. */
export interface RecoverParts {
  readonly taker: Taker
  readonly desk: Desk
}

/**
 * Takes what is known to be whole and was not taken before the gateway ended: a file under its final name, or with its done-file. By CLOSE
 * nothing can be known: only what was accepted already, and lies there still, is removed.
 */
export async function recover(account: Account, { taker, desk }: RecoverParts): Promise<void> {
  for (const place of account.places) {
    for await (const path of filesBelow(account, place, place.folder)) {
      try {
        if (place.commit === 'close') await removeAccepted(account, place, path, desk)
        else if (place.commit === 'rename' && !isPartial(path)) await taker.take(account, place, path)
        else if (place.commit === 'done-file' && path.endsWith('.done')) await taker.renamed(account, path, path)
      } catch (thrown) {
        const { code, detail } = asGatewayError(thrown)
        account.log.warn('sftp-recovery', { client: account.name, file: path, code, detail })
      }
    }
  }
}

async function* filesBelow(account: Account, place: Place, folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(join(account.root, folder))) {
    const path = `${folder === '/' ? '' : folder}/${entry.name}`
    if (placeOf(account, path) !== place) continue
    if (entry.isDirectory()) yield* filesBelow(account, place, path)
    else if (entry.isFile()) yield path
  }
}

async function removeAccepted(account: Account, place: Place, path: string, desk: Desk): Promise<void> {
  const real = join(account.root, path)
  const known = await desk.known({ account, place, path })
  const { size } = await lstat(real)
  if (known?.id === undefined || known.bytes !== size || known.sha256 !== (await hashOf(real))) return
  await unlink(real)
  account.log.info('sftp-recovery', { client: account.name, file: path, messageId: known.id })
}

async function hashOf(real: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(real, { highWaterMark: 1 << 20 })) hash.update(part)
  return hash.digest('hex')
}
