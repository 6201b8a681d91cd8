import type { FileHandle } from 'node:fs/promises'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Account } from './account.ts'
import type { Listed } from './files.ts'
import type { Taker } from './take.ts'
import type { Upload } from './upload.ts'

/** What a handle of a session stands for. */
export type Opened =
  | { readonly kind: 'upload'; readonly path: string; readonly upload: Upload }
  | { readonly kind: 'download'; readonly path: string; readonly file: FileHandle; readonly size: number }
  | { readonly kind: 'folder'; readonly path: string; readonly names: AsyncGenerator<readonly Listed[]> }

/** The open files and folders of one session. */
export interface Handles {
  readonly max: number
  /** Throws OVERLOADED where there is no room for another. */
  admit(): void
  add(opened: Opened): number
  /** What the handle stands for; throws BAD_REQUEST where it is none. */
  get(handle: Buffer): Opened
  /** From now on the handle is none. */
  remove(handle: Buffer): void
  /** Runs after all that was asked of the same handle before; settles as the work does. */
  inOrder<T>(handle: Buffer, work: (opened: Opened) => Promise<T>): Promise<T>
  /** Closes all; uploads are given up. */
  closeAll(): Promise<void>
}

/** What the requests of a session are answered with. */
export interface Served {
  readonly account: Account
  readonly taker: Taker
  readonly handles: Handles
}

/** No more than `max` at a time. */
export function createHandles(max: number): Handles {
  const open = new Map<number, { readonly opened: Opened; tail: Promise<unknown> }>()
  let last = 0

  function find(handle: Buffer) {
    const found = handle.length === 4 ? open.get(handle.readUInt32BE(0)) : undefined
    if (!found) throw new GatewayError('BAD_REQUEST', 'no such handle')
    return found
  }

  return {
    max,
    admit() {
      if (open.size >= max) throw new GatewayError('OVERLOADED', `${max} files and folders are open`)
    },
    add(opened) {
      last = (last + 1) >>> 0
      open.set(last, { opened, tail: Promise.resolve() })
      return last
    },
    get: handle => find(handle).opened,
    remove(handle) {
      open.delete(handle.readUInt32BE(0))
    },
    inOrder(handle, work) {
      const found = find(handle)
      const run = found.tail.then(() => work(found.opened))
      found.tail = run.catch(() => {})
      return run
    },
    async closeAll() {
      const all = [...open.values()]
      open.clear()
      await Promise.allSettled(all.map(({ opened }) => closeOne(opened)))
    },
  }
}

async function closeOne(opened: Opened): Promise<void> {
  if (opened.kind === 'upload') await opened.upload.abandon('the session ended before the upload')
  else if (opened.kind === 'download') await opened.file.close()
  else await opened.names.return(undefined)
}
