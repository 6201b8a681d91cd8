import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import { CommandError, type CommandSpec, exit, type Given, optionFlag, optionText } from '../command.ts'
import type { Facade, FacadeFile } from '../facade/facade.ts'
import { plain } from '../terminal.ts'
import { counted } from '../words.ts'
import { fromHere } from './init.ts'

/** `waybill facade FILE --to DIR`: writes the part of a project that makes the one of the other. Overwrites nothing. */
export const facade: CommandSpec = {
  name: 'facade',
  summary: 'write a REST side for a WSDL, or a SOAP side for an OpenAPI description: routes, mappings, tests, stand-in',
  args: '<file>',
  makesDir: true,
  options: [
    ['--to <dir>', "the project's folder; it is made where there is none, and only files are added"],
    ['--fetch', 'fetch what the file imports over the network, and store it in schemas/'],
  ],
  async run(given) {
    const to = optionText(given, 'to')
    if (to === undefined) throw new CommandError(exit.usage, 'name the folder to write to: --to DIR')
    const [file = ''] = given.args
    const dir = resolve(given.terminal.cwd, to)
    const made = await facadeOf(file, given)
    const files = added(made, dir, file)
    for (const { path, text } of files) write(join(dir, path), text)
    tell(given, fromHere(given.terminal.cwd, dir), { ...made, files })
    return exit.good
  },
}

async function facadeOf(file: string, given: Given): Promise<Facade> {
  const place = isNetwork(file) ? file : resolve(given.terminal.cwd, file)
  const fetch = optionFlag(given, 'fetch')
  if (kindOf(file, place) === 'wsdl') return (await import('../facade/wsdl/facade.ts')).facadeOfWsdl(place, { fetch })
  if (fetch) throw new CommandError(exit.usage, '--fetch is for what a WSDL imports')
  return (await import('../facade/openapi/facade.ts')).facadeOfOpenapi(place)
}

function isNetwork(file: string): boolean {
  return /^https?:\/\//i.test(file)
}

/** By the name; a file whose name says nothing is a WSDL where it begins as XML does. */
function kindOf(file: string, place: string): 'wsdl' | 'openapi' {
  if (isNetwork(file) || /\.(?:wsdl|xml)$/i.test(file)) return 'wsdl'
  if (/\.(?:ya?ml|json)$/i.test(file)) return 'openapi'
  if (!statSync(place, { throwIfNoEntry: false })?.isFile()) throw new CommandError(exit.usage, `there is no file ${file}`)
  if (/^\s*</.test(readFileSync(place, 'utf8'))) return 'wsdl'
  throw new CommandError(exit.usage, `${file} is neither a WSDL nor an OpenAPI description in .yaml, .yml or .json`)
}

/** The files that are written: a project that is there stays as it is. Throws wrong usage where one of them is there already. */
function added({ files }: Facade, dir: string, file: string): readonly FacadeFile[] {
  const isProject = existsSync(join(dir, 'waybill.yaml'))
  const own = files
    .filter(({ path }) => !isProject || !OF_A_PROJECT.has(path))
    .map(one => (isProject && one.path === 'README.md' ? { ...one, path: `README-${parse(file).name}.md` } : one))
  const taken = own.map(({ path }) => path).filter(path => existsSync(join(dir, path)))
  if (taken.length === 0) return own
  const list = `${taken.slice(0, 10).join(', ')}${taken.length > 10 ? ` and ${taken.length - 10} more` : ''}`
  throw new CommandError(exit.usage, `${dir} has ${list} already; nothing was written, name another folder or move them`)
}

/** What a project has once. */
const OF_A_PROJECT = new Set(['waybill.yaml', '.gitignore'])

function write(path: string, text: FacadeFile['text']): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { flag: 'wx' })
}

function tell({ terminal, json }: Given, dir: string, { files, notes }: Facade): void {
  if (json) {
    terminal.print(JSON.stringify({ dir: resolve(terminal.cwd, dir), files: files.map(({ path }) => path), notes }, null, 2))
    return
  }
  const routes = files.filter(({ path }) => path.startsWith('routes/')).length
  terminal.print(`Wrote ${counted(routes, 'route')} in ${counted(files.length, 'file')} to ${dir}.`)
  for (const note of notes) terminal.print(`note: ${plain(note)}`)
  for (const line of ['', 'Next:', '', ...['check', 'test', 'run'].map(command => nextLine(command, dir))]) terminal.print(line)
}

function nextLine(command: string, dir: string): string {
  return `  waybill ${command} ${/^[\w./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`}${command === 'test' ? '' : ' --stand-ins'}`
}
