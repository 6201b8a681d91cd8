import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Whether the program runs and ends well with these arguments. */
export function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', timeout: 30_000 })
    return true
  } catch {
    return false
  }
}

/** What installs packages of Debian; nothing elsewhere. */
export function aptInstall(...packages: readonly string[]): readonly (readonly string[])[] {
  if (!existsSync('/usr/bin/apt-get')) return []
  return [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]
}

/** Runs these where that is root's business; what fails shows in what is missing afterwards. */
export function asRoot(commands: readonly (readonly string[])[]): void {
  if (process.getuid?.() !== 0) return
  for (const [program = '', ...args] of commands) {
    try {
      execFileSync(program, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' })
    } catch {
      return
    }
  }
}

/** Skips the suite with a reason; in CI that is a failure. */
export function absent(suite: Mocha.Context, reason: string): never {
  if (process.env.CI === 'true') throw new Error(reason)
  console.log(`      skipped: ${reason}`)
  return suite.skip()
}
