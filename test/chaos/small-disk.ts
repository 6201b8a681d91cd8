import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small file system in memory, for a store. */
export interface SmallDisk {
  /** The store's folder on it. */
  readonly store: string
  /** Leaves no byte. */
  fill(): void
  free(): void
  remove(): void
}

/** Mounts one of so many megabytes; skips the test where that cannot be. */
export function smallDisk(test: Mocha.Context, megabytes = 24): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-disk-'))
  const reason = mount(folder, megabytes)
  if (reason) {
    rmSync(folder, { recursive: true })
    console.log(`      skipped: ${reason}`)
    return test.skip()
  }
  const [store, filler] = [join(folder, 'data'), join(folder, 'filler')]
  mkdirSync(store)
  return {
    store,
    fill: () => fillUp(filler),
    free: () => rmSync(filler),
    remove() {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}

function mount(folder: string, megabytes: number): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a small file system for a full disk needs Linux and root'
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}M`, 'tmpfs', folder], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `mount -t tmpfs: ${error instanceof Error ? error.message.split('\n').at(-1) : error}`
  }
}

function fillUp(file: string): void {
  for (const size of [1 << 20, 65_536, 4_096, 1]) {
    const chunk = Buffer.alloc(size)
    try {
      for (;;) writeFileSync(file, chunk, { flag: 'a' })
    } catch {
      // full, as it was meant to be
    }
  }
}
