import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { CommandError, type CommandSpec, exit } from '../command.ts'
import { initFiles } from './init-files.ts'

/** `waybill init DIR`: writes a small project that runs. Overwrites nothing. */
export const init: CommandSpec = {
  name: 'init',
  summary: 'write a small project that runs, with a stand-in, a sample and a test',
  args: '<dir>',
  makesDir: true,
  async run({ args, json, terminal }) {
    const [folder = ''] = args
    const dir = resolve(terminal.cwd, folder)
    const files = Object.entries(initFiles(nameOf(dir)))
    const taken = files.map(([path]) => path).filter(path => existsSync(join(dir, path)))
    if (taken.length > 0)
      throw new CommandError(exit.usage, `${dir} has ${taken.join(', ')} already; nothing was written, name another folder`)
    for (const [path, text] of files) write(join(dir, path), text)
    const paths = files.map(([path]) => path)
    if (json) terminal.print(JSON.stringify({ dir, files: paths }))
    else for (const line of next(fromHere(terminal.cwd, dir), paths)) terminal.print(line)
    return exit.good
  },
}

/** A folder as one names it from here; one beside or above by its whole path. */
export function fromHere(cwd: string, dir: string): string {
  const path = relative(cwd, dir) || '.'
  return path === '..' || path.startsWith('../') ? dir : path
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { flag: 'wx' })
}

/** A project's name from its folder's: small letters, digits and dashes. */
function nameOf(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
  return name || 'my-gateway'
}

function next(dir: string, paths: readonly string[]): string[] {
  const quoted = /^[\w./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`
  return [
    `Wrote ${paths.join(', ')} in ${dir}. Next:`,
    '',
    `  waybill check ${quoted}`,
    `  waybill run ${quoted} --stand-ins`,
    `  curl -i -H 'Content-Type: application/json' -d @${quoted === '.' ? '' : `${quoted}/`}samples/order.json http://127.0.0.1:8080/orders`,
  ]
}
