import { isUtf8 } from 'node:buffer'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { readCsv } from './csv-file.ts'
import type { FaultList } from './fault-list.ts'
import type { Mount, ReadFile } from './mount.ts'
import { isFields, named } from './value.ts'
import { readYaml } from './yaml-file.ts'

const YAML = ['.yaml', '.yml']

/** The folders of a project whose files hold one thing each: the file's name is the thing's name. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  systems: YAML,
  routes: YAML,
  mappings: YAML,
  tables: [...YAML, '.csv'],
  tests: YAML,
}
const THING: Readonly<Record<string | number, string>> = {
  systems: 'system',
  routes: 'route',
  mappings: 'mapping',
  tables: 'table',
  tests: 'test file',
  clients: 'client',
  models: 'model',
}

/** All that the files of a project say, merged into what one waybill.yaml would say. */
export interface ProjectFiles {
  readonly config: Readonly<Record<string, unknown>>
}

/** Where the merging puts what it finds; `mounts` grows while it runs. */
export interface FilesParts {
  readonly dir: string
  readonly mounts: Mount[]
  readonly faults: FaultList
}

/** Reads waybill.yaml, the folders beside it and clients.yaml; what is wrong with a file is a fault, and the others are read all the same. */
export function readFiles(parts: FilesParts): ProjectFiles {
  const { dir, faults } = parts
  const name = YAML.map(end => `waybill${end}`).find(file => existsSync(join(dir, file)))
  if (!name) {
    faults.put({ code: 'FILE', file: 'waybill.yaml', line: 1, column: 1, ...noProject(dir) })
    return { config: {} }
  }
  const root = read(name, parts)
  parts.mounts.push({ path: [], from: root, within: [] })
  const config: Record<string, unknown> = isFields(root.value) ? { ...root.value } : {}
  if (root.value !== undefined && !isFields(root.value)) faults.add('WRONG_TYPE', [], 'expected keys and values, such as "waybill: 1"')
  for (const kind of Object.keys(FOLDERS)) merge(config, kind, readFolder(kind, parts), parts)
  merge(config, 'models', modelMounts(dir), parts)
  merge(config, 'clients', readClients(parts), parts)
  return { config }
}

function noProject(dir: string): { message: string; mend: string } {
  const message = existsSync(dir) ? `there is no waybill.yaml in ${dir}` : `there is no folder ${dir}`
  return { message, mend: 'name the folder of a project, or make one: waybill init DIR' }
}

function readFolder(kind: string, parts: FilesParts): Mount[] {
  const files = filesIn(parts.dir, kind).filter(file => FOLDERS[kind]?.includes(extname(file)))
  return files.map(file => ({ path: [kind, basename(file, extname(file))], from: read(file, parts), within: [] }))
}

function readClients(parts: FilesParts): Mount[] {
  const name = YAML.map(end => `clients${end}`).find(file => existsSync(join(parts.dir, file)))
  if (!name) return []
  const from = read(name, parts)
  if (isFields(from.value)) return Object.keys(from.value).map(client => ({ path: ['clients', client], from, within: [client] }))
  if (from.value !== undefined) put(from, { code: 'WRONG_TYPE', message: 'expected a name for each client' }, parts)
  return []
}

/** The files in models/, by the name that each model has there: `order` for `models/order.schema.json`. */
export function modelFiles(dir: string): ReadonlyMap<string, string> {
  const files = filesIn(dir, 'models').filter(file => /\.(json|xsd)$/.test(file))
  return new Map(files.map(file => [file.replace(/^.*\//, '').replace(/(\.schema)?\.(json|xsd)$/, ''), file]))
}

/** Models are read by those who use them: here only their names are known, and their places. */
function modelMounts(dir: string): Mount[] {
  const from = (file: string): ReadFile => ({ file, value: undefined, faults: [], locate: () => ({ line: 1, column: 1 }) })
  return [...modelFiles(dir)].map(([name, file]) => ({ path: ['models', name], from: from(file), within: [] }))
}

/** The files below a folder of the project, from the project's folder, in order of name; none where it does not exist. */
export function filesIn(dir: string, folder: string): string[] {
  const path = join(dir, folder)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return []
  const found = readdirSync(path, { withFileTypes: true }).filter(entry => !entry.name.startsWith('.'))
  const names = found.map(entry => ({ name: `${folder}/${entry.name}`, isFolder: entry.isDirectory() }))
  return names.flatMap(({ name, isFolder }) => (isFolder ? filesIn(dir, name) : [name])).sort()
}

function read(file: string, parts: FilesParts): ReadFile {
  const text = readText(file, parts)
  const from = file.endsWith('.csv') ? readCsv(file, text ?? '') : readYaml(file, text ?? '')
  for (const { place, ...fault } of from.faults) parts.faults.put({ ...fault, file, ...place })
  if (text !== undefined && from.value === undefined && from.faults.length === 0)
    put(from, { code: 'MISSING', message: 'the file is empty' }, parts)
  return from
}

function readText(file: string, { dir, faults }: FilesParts): string | undefined {
  const start = { file, line: 1, column: 1 }
  try {
    const bytes = readFileSync(join(dir, file))
    if (isUtf8(bytes)) return bytes.toString('utf8')
    faults.put({ code: 'FILE', ...start, message: 'the file is not in UTF-8', mend: 'save it as UTF-8' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    faults.put({ code: 'FILE', ...start, message: `the file cannot be read (${code})`, mend: 'let the gateway read it' })
  }
  return undefined
}

function put(
  from: ReadFile,
  fault: { code: 'MISSING' | 'WRONG_TYPE' | 'DUPLICATE'; message: string; mend?: string },
  parts: FilesParts,
): void {
  parts.faults.put({ ...fault, file: from.file, ...from.locate([]) })
}

function merge(config: Record<string, unknown>, kind: string, found: readonly Mount[], parts: FilesParts): void {
  const own = config[kind]
  if (found.length === 0) return
  if (own !== undefined && !isFields(own)) parts.faults.add('WRONG_TYPE', [kind], `expected a name for each ${THING[kind] ?? kind}`)
  const things = named(Object.entries(isFields(own) ? own : {}))
  config[kind] = things
  for (const mount of found) {
    const name = String(mount.path[1])
    if (name in things || parts.mounts.some(({ path }) => path[0] === kind && path[1] === name)) duplicate(mount, parts)
    else {
      parts.mounts.push(mount)
      const value = mount.within.length === 0 ? mount.from.value : fieldAt(mount)
      if (value !== undefined) things[name] = value
    }
  }
}

function fieldAt({ from, within }: Mount): unknown {
  const [name] = within
  return isFields(from.value) && name !== undefined ? from.value[name] : undefined
}

function duplicate(mount: Mount, parts: FilesParts): void {
  const [kind = '', name = ''] = mount.path
  const first = mountHolding(mount, parts)
  const place = mount.from.locate(mount.within, { atKey: true })
  const message = `${THING[kind] ?? kind} "${name}" is given twice: here and at ${first}`
  parts.faults.put({ code: 'DUPLICATE', file: mount.from.file, ...place, message, mend: 'keep one of the two, or give one another name' })
}

function mountHolding(mount: Mount, { mounts }: FilesParts): string {
  const other = mounts.find(({ path }) => path[0] === mount.path[0] && path[1] === mount.path[1]) ?? mounts[0]
  const within = other?.path.length === 0 ? mount.path : (other?.within ?? [])
  const { line, column } = other?.from.locate(within, { atKey: true }) ?? { line: 1, column: 1 }
  return `${other?.from.file}:${line}:${column}`
}
