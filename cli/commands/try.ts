import { readFileSync, statSync } from 'node:fs'
import { basename, relative, resolve } from 'node:path'
import { suggestion } from '../../config/faults.ts'
import type { Project, RouteConfig, SourceConfig } from '../../config/project.ts'
import type { Sample } from '../../config/sample.ts'
import { CommandError, type CommandSpec, exit, type Given, optionText } from '../command.ts'
import { prettyJson } from '../pretty-json.ts'
import { examineProject, tellFaults } from '../project.ts'
import { readsRecords, tryFile, tryList } from './try-records.ts'

/** `waybill try [DIR] --route R --body FILE`: what would happen to a message, step by step; nothing is sent. */
export const tryOut: CommandSpec = {
  name: 'try',
  summary: 'what would happen to a message, step by step; nothing is sent',
  options: [
    ['--route <route>', 'the route; may be left out where there is one only'],
    ['--body <file>', 'its body; - reads it from the standard input'],
    ['--source <number>', 'which of the sources of the route, counted from 0 (0)'],
    ['--header <header>', "a header: 'name: value'", 'repeat'],
    ['--path <parameter>', 'a path parameter: name=value', 'repeat'],
    ['--query <parameter>', 'a parameter of the query: name=value', 'repeat'],
    ['--records <number>', 'of what is split: so many records are shown step by step (5)'],
    ['--all', 'of what is split: read all records, not only the first 1,000'],
  ],
  async run(given) {
    const project = await examineProject({ ...given, brokerPlayed: true })
    if (project.faults.count > 0) {
      tellFaults(project, given)
      return exit.found
    }
    const [{ tryMessage }, { messageOf, typeFor }, { sourceFormats }, { trialLines }] = await Promise.all([
      import('../../config/trial.ts'),
      import('../../config/sample.ts'),
      import('../../routes/formats.ts'),
      import('./try-words.ts'),
    ])
    const { route, source, index } = sourceOf(project, given)
    const byRecord = readsRecords(route)
    const { body, file, path } = bodyOf(given, byRecord)
    const [format] = sourceFormats(project, route, index)
    const sample: Sample = { body, contentType: typeFor(file, format.request) }
    const sending = {
      route: route.name,
      source,
      index,
      headers: pairs(given, 'header', ':'),
      path: pairs(given, 'path', '='),
      query: pairs(given, 'query', '='),
      file,
    }
    const message = messageOf(sample, sending)
    if (byRecord) return tryFile(project, message, { path, file }, given)
    const listed = route.split && (await tryList(project, message, file, given))
    if (listed !== undefined) return listed
    const trial = await tryMessage(project, message)
    if (given.json) given.terminal.print(prettyJson(trial))
    else for (const line of trialLines(trial, file)) given.terminal.print(line)
    return trial.answer.code === undefined ? exit.good : exit.found
  },
}

function sourceOf(
  { routes }: Project,
  given: Given,
): { readonly route: RouteConfig; readonly source: SourceConfig; readonly index: number } {
  const names = Object.keys(routes)
  const [only] = names
  const route = optionText(given, 'route') ?? (names.length === 1 ? only : undefined)
  if (route === undefined) throw new CommandError(exit.usage, `--route is missing${suggestion('', names)}`)
  const found = routes[route]
  if (!found) throw new CommandError(exit.usage, `no route "${route}"${suggestion(route, names)}`)
  const text = optionText(given, 'source') ?? '0'
  const source = /^\d+$/.test(text) ? found.from[Number(text)] : undefined
  if (source) return { route: found, source, index: Number(text) }
  const known = found.from.map(({ name }, index) => `${index}: ${name}`).join(', ')
  throw new CommandError(exit.usage, `route "${route}" has no source ${JSON.stringify(text)} (known: ${known})`)
}

interface Body {
  /** Empty where it is to be read piece by piece. */
  readonly body: Uint8Array
  readonly file: string
  /** Undefined for the standard input. */
  readonly path: string | undefined
}

function bodyOf(given: Given, byRecord: boolean): Body {
  const name = optionText(given, 'body')
  if (name === undefined) throw new CommandError(exit.usage, '--body is missing: name a file, or - for the standard input')
  if (name === '-') return { body: byRecord ? NOTHING : readFileSync(0), file: 'the standard input', path: undefined }
  // A sample is named from where one stands, or as the project's tests name it.
  const found = [resolve(given.terminal.cwd, name), resolve(given.dir, name)].flatMap(path => {
    const body = byRecord ? isThere(path) && NOTHING : readIfThere(path)
    return body ? [{ body, path, file: relative(given.dir, path).startsWith('..') ? basename(path) : relative(given.dir, path) }] : []
  })
  if (found[0]) return found[0]
  throw new CommandError(exit.usage, `--body ${JSON.stringify(name)}: there is no such file here or in the project's folder`)
}

const NOTHING = new Uint8Array()

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** What is looked into at once, by a gateway as well: 64 MiB. */
const MOST = 64 << 20

function readIfThere(path: string): Uint8Array | undefined {
  try {
    const { size } = statSync(path)
    if (size > MOST) throw new CommandError(exit.usage, `--body ${JSON.stringify(path)} has ${size} bytes; at most ${MOST} are tried`)
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function pairs({ options }: Given, name: string, separator: ':' | '='): Readonly<Record<string, string>> {
  const given = options[name]
  const texts = Array.isArray(given) ? given.map(String) : []
  return Object.fromEntries(
    texts.map(text => {
      const at = text.indexOf(separator)
      if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
      throw new CommandError(
        exit.usage,
        `--${name} is ${JSON.stringify(text)}; write it like ${separator === ':' ? "'name: value'" : 'name=value'}`,
      )
    }),
  )
}
