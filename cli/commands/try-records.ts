import { createReadStream, statSync } from 'node:fs'
import type { Project, RouteConfig } from '../../config/project.ts'
import type { RecordsTrial } from '../../config/trial-records.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Message } from '../../gateway/message.ts'
import { type Exit, exit, type Given, optionFlag, optionWhole } from '../command.ts'
import { prettyJson } from '../pretty-json.ts'
import { bar } from '../progress.ts'
import { bytes, counted } from '../words.ts'
import { recordsLines } from './try-records-words.ts'

/** Records that are read where not all of them are asked for. */
const LOOKED_AT = 1_000

/** What is tried. `path` is undefined for the standard input. */
export interface RecordsInput {
  readonly path: string | undefined
  readonly file: string
}

/** Whether the records of a route's messages are read one by one, from however large a body. */
export function readsRecords({ split }: RouteConfig): boolean {
  return split?.each === 'record'
}

/** Tells what would become of the records of a file. `message` has no body. */
export async function tryFile(project: Project, message: Message, { path, file }: RecordsInput, given: Given): Promise<Exit> {
  const { tryRecords } = await import('../../config/trial-records.ts')
  const size = path === undefined ? undefined : statSync(path).size
  const input = path === undefined ? process.stdin : createReadStream(path)
  let read = 0
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const part of input) {
      read += part.length
      yield part
    }
  }
  const far = () => (size === undefined ? bytes(read) : `${bar(read, size)} of ${bytes(size)}`)
  const trial = await tryRecords(project, about(message, size), body(), {
    show: shown(given),
    most: optionFlag(given, 'all') ? Number.MAX_SAFE_INTEGER : LOOKED_AT,
    progress: records => given.terminal.progress(`${far()}, ${counted(records, 'record')}`),
  })
  input.destroy()
  return tell(trial, file, given)
}

/** Tells what would become of the items of a list in a message's body; undefined where the whole is refused before it is split. */
export async function tryList(project: Project, message: Message, file: string, given: Given): Promise<Exit | undefined> {
  const { tryItems } = await import('../../config/trial-records.ts')
  try {
    return tell(await tryItems(project, message, shown(given)), file, given)
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}

/** Its hash would need the whole file. */
function about(message: Message, size: number | undefined): Message {
  const { file } = message.meta
  return file && size !== undefined ? { ...message, meta: { ...message.meta, file: { ...file, bytes: size } } } : message
}

function shown(given: Given): number {
  return optionWhole(given, 'records', { otherwise: 5, most: 1_000 })
}

function tell(trial: RecordsTrial, file: string, { terminal, json }: Given): Exit {
  if (json) terminal.print(prettyJson(trial))
  else for (const line of recordsLines(trial, file)) terminal.print(line)
  return trial.counts.rejected > 0 || trial.error ? exit.found : exit.good
}
