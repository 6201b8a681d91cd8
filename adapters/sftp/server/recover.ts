import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, opendir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { asGatewayError } from '../../../gateway/errors.ts'
import { type Account, type Place, placeOf } from './account.ts'
import type { Desk } from './desk.ts'
import type { Intents } from './intents.ts'
import { isDone, named, type Taker } from './take.ts'

/** What is done with the files that lie in the clients' folders when the gateway starts. */
export interface RecoverParts {
  readonly accounts: ReadonlyMap<string, Account>
  readonly taker: Taker
  readonly desk: Desk
  readonly intents: Intents
}

/**
 * Takes what is known to be whole and was not taken before the gateway ended: a file whose CLOSE came or that was renamed, or that has its
 * done-file. Of others that commit by CLOSE only what was accepted already, and lies there still, is removed. Resolves with whether something is to be tried again.
 */
export async function recover(parts: RecoverParts): Promise<boolean> {
  let isLeft = false
  for (const { client, path, forget } of await parts.intents.left()) {
    const account = parts.accounts.get(client)
    const place = account && placeOf(account, path)
    const isSettled = !account || !place || isDone(path) || (await attempt(account, path, () => parts.taker.take(account, place, path)))
    if (isSettled) await forget()
    else isLeft = true
  }
  for (const account of parts.accounts.values()) {
    for (const place of account.places) isLeft = (await recoverPlace(account, place, parts)) || isLeft
  }
  return isLeft
}

async function recoverPlace(account: Account, place: Place, { taker, desk }: RecoverParts): Promise<boolean> {
  let isLeft = false
  if (place.commit === 'rename') return isLeft
  for await (const path of filesBelow(account, place, place.folder)) {
    const work =
      place.commit === 'close' ? () => removeAccepted(account, place, path, desk) : () => takeDone(account, place, path, { taker, desk })
    isLeft = !(await attempt(account, path, work)) || isLeft
  }
  return isLeft
}

/** False where it is to be tried again. */
async function attempt(account: Account, path: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await account.commits.alone(named(account, path), work)
    return true
  } catch (thrown) {
    const { code, detail, permanent } = asGatewayError(thrown)
    account.log.warn('sftp-recovery', { client: account.name, file: path, code, detail })
    return permanent
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

async function takeDone(
  account: Account,
  place: Place,
  path: string,
  { taker, desk }: Pick<RecoverParts, 'taker' | 'desk'>,
): Promise<void> {
  if (!isDone(path)) return
  const file = path.slice(0, -'.done'.length)
  const isThere = await lstat(join(account.root, file)).catch(() => undefined)
  if (isThere) await taker.takeDone(account, place, path)
  // It was taken, and the crash came before the done-file went.
  else if (await desk.known({ account, place, path: file })) await unlink(join(account.root, path))
}

async function removeAccepted(account: Account, place: Place, path: string, desk: Desk): Promise<void> {
  const real = join(account.root, path)
  const known = await desk.known({ account, place, path })
  const there = await lstat(real).catch(() => undefined)
  if (known?.id === undefined || known.bytes !== there?.size || account.uploads.has(path) || known.sha256 !== (await hashOf(real))) return
  await unlink(real)
  account.log.info('sftp-recovery', { client: account.name, file: path, messageId: known.id })
}

async function hashOf(real: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(real, { highWaterMark: 1 << 20 })) hash.update(part)
  return hash.digest('hex')
}
