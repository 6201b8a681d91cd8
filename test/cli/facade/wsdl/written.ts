import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../../../cli/main.ts'
import { recorder } from '../../terminal.ts'

/** What a command came to. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder of its own; remove it. */
export interface Folder {
  readonly dir: string
  read(path: string): string
  /** Runs a waybill command there, within this process. */
  waybill(...args: readonly string[]): Promise<Outcome>
  remove(): void
}

export function createFolder(): Folder {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-facades-'))
  return {
    dir,
    read: path => readFileSync(join(dir, path), 'utf8'),
    async waybill(...args) {
      const terminal = recorder(dir)
      const code = await main(args, terminal)
      return { code, out: terminal.printed.join('\n'), err: terminal.noted.join('\n') }
    },
    remove: () => rmSync(dir, { recursive: true }),
  }
}
