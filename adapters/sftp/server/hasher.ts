import { Worker } from 'node:worker_threads'

/** What the thread is told: the file is written up to there, and perhaps no further. */
export interface HashOrder {
  readonly id: number
  readonly fd: number
  readonly upTo: number
  readonly last: boolean
}

/** The hash of a file that is being written from its beginning on. */
export interface FollowedHash {
  /** So much is written. */
  upTo(bytes: number): void
  /** Resolves with the hash of so many bytes, in hex, or undefined where it cannot be told. The file must stay open until then. */
  digest(bytes: number): Promise<string | undefined>
}

/** Hashes large files in a thread of its own while they are written: SHA-256 would take half of the time of the thread that talks to clients. */
export interface Hasher {
  follow(fd: number): FollowedHash
  stop(): Promise<void>
}

/** A hasher whose thread starts with the first file. */
export function createHasher(): Hasher {
  const waiting = new Map<number, (sha256: string | undefined) => void>()
  let thread: Worker | undefined
  let last = 0

  function threadNow(): Worker {
    if (thread) return thread
    const started = new Worker(new URL('./hash-thread.js', import.meta.url))
    started.unref()
    started.on('message', ({ id, sha256 }: { id: number; sha256: string | undefined }) => answer(id, sha256))
    const gone = () => {
      if (thread === started) thread = undefined
      for (const id of [...waiting.keys()]) answer(id, undefined)
    }
    started.on('error', gone)
    started.on('exit', gone)
    thread = started
    return started
  }

  function answer(id: number, sha256: string | undefined): void {
    waiting.get(id)?.(sha256)
    waiting.delete(id)
  }

  return {
    follow(fd) {
      last += 1
      const id = last
      const send = (order: Omit<HashOrder, 'id' | 'fd'>) => threadNow().postMessage({ id, fd, ...order } satisfies HashOrder)
      return {
        upTo: bytes => send({ upTo: bytes, last: false }),
        digest(bytes) {
          return new Promise(resolve => {
            waiting.set(id, resolve)
            send({ upTo: bytes, last: true })
          })
        },
      }
    },
    async stop() {
      await thread?.terminate()
    },
  }
}
