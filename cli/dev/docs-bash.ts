import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Block, docsBlocks } from './docs-blocks.ts'
import type { RepositoryCheck } from './repository-check.ts'

const DEADLINE_MS = 60_000

/** Blocks marked ```bash run are run, those of a page one after the other in a folder of its own, with this `waybill` on the path. */
export const docsCommandsRun: RepositoryCheck = {
  name: 'commands of the docs that are marked run do what they say',
  async run(root) {
    const faults: string[] = []
    for (const blocks of docsBlocks(root).values()) faults.push(...(await runPage(blocks.filter(isRun))))
    return faults
  },
}

function isRun({ language, mark }: Block): boolean {
  return language === 'bash' && mark.split(' ').includes('run')
}

async function runPage(blocks: readonly Block[]): Promise<string[]> {
  const [first] = blocks
  if (!first) return []
  const dir = mkdtempSync(join(tmpdir(), 'waybill-docs-'))
  try {
    const path = `${commandFolder(dir)}${delimiter}${process.env.PATH ?? ''}`
    const fault = await runScript(scriptOf(blocks), dir, { ...process.env, PATH: path })
    return fault === undefined ? [] : [`${first.page}: ${fault}`]
  } finally {
    rmSync(dir, { recursive: true })
  }
}

// One shell for the page, so that what one block sets or starts is there in the next.
function scriptOf(blocks: readonly Block[]): string {
  const told = `trap 'code=$?; [ $code = 0 ] || echo "(in the block at line $waybill_line)" >&2' EXIT`
  return [told, ...blocks.map(({ line, text }) => `waybill_line=${line}\n${text}`)].join('\n')
}

function commandFolder(dir: string): string {
  const folder = join(dir, '.bin')
  mkdirSync(folder)
  const program = fileURLToPath(new URL('../waybill.js', import.meta.url))
  writeFileSync(join(folder, 'waybill'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  chmodSync(join(folder, 'waybill'), 0o755)
  return folder
}

function runScript(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise(resolve => {
    // A group of its own, so that what a page starts in the background ends with it.
    const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: string[] = []
    for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
    const timer = setTimeout(() => endGroup(shell), DEADLINE_MS)
    shell.on('exit', (code, signal) => {
      clearTimeout(timer)
      endGroup(shell)
      resolve(code === 0 ? undefined : `ended with ${code ?? signal}: ${said.join('').trim().split('\n').slice(-4).join(' | ')}`)
    })
  })
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended by itself.
  }
}
