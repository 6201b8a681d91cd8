import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Skips the suite where there is no Python with pika; in CI it throws. */
export async function pikaOrSkip(suite: Mocha.Context): Promise<void> {
  const found = await run('python3', ['-c', 'import pika']).then(
    () => true,
    () => false,
  )
  if (found) return
  const reason = 'no Python with pika: pip install pika'
  if (process.env.CI === 'true') throw new Error(reason)
  console.log(`      skipped: ${reason}`)
  suite.skip()
}
