import { spawn } from 'node:child_process'
import { once } from 'node:events'

const LOCK = '/tmp/bench.lock'
const WAIT_SECONDS = 1_800

/** Runs the work while this process holds the machine's bench lock, the one that ../shared/bench takes too; rejects after half an hour without it. */
export async function withLock<T>(work: () => Promise<T>): Promise<T> {
  const release = await takeLock()
  try {
    return await work()
  } finally {
    await release()
  }
}

async function takeLock(): Promise<() => Promise<void>> {
  // Node has no flock(2): flock(1) holds it, until its shell's input ends.
  const holder = spawn('flock', ['-w', String(WAIT_SECONDS), LOCK, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(holder, 'exit')
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), gone.then(() => false)])
  if (!held) throw new Error(`${LOCK} was not free within ${WAIT_SECONDS} s`)
  return async () => {
    holder.stdin.end()
    await gone
  }
}
