import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'mocha'

const FAKETIME = ['/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1', '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1']

/** A clock of a process that can be set while it runs. */
export interface Clock {
  /** What the process is started with. */
  readonly environment: Readonly<Record<string, string>>
  /** In seconds from the true time: `-3600`. */
  set(offset: string): void
}

/** A clock that goes right, kept in the folder; skips the test where the machine has no libfaketime. */
export function startClock(test: Context, folder: string): Clock {
  const library = FAKETIME.find(existsSync)
  if (!library) {
    console.log('      skipped: no libfaketime here (apt-get install faketime)')
    return test.skip()
  }
  const file = join(folder, 'clock')
  const set = (offset: string) => writeFileSync(file, `${offset}\n`)
  set('+0')
  const environment = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1' }
  return { environment, set }
}
