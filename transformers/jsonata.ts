import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import type { Path } from '../config/faults.ts'
import type { Project } from '../config/project.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { Content } from '../gateway/message.ts'
import { type OptionSchema, type Options, resolveOptions } from '../gateway/options.ts'
import { createJsonataRunner } from './jsonata/runner.ts'
import type { TransformerKind } from './transformer.ts'
import { plainNumbers } from './validate/plain-numbers.ts'

const optionsInObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    expression: { type: 'string', minLength: 1, description: 'The JSONata text; or name a file instead.' },
    file: { type: 'string', format: 'file', description: 'A file of the project that holds the JSONata text.' },
    timeout: { type: 'string', format: 'duration', default: '1s', description: 'How long it may run for one message.' },
  },
} as const satisfies OptionSchema

/** Options of `jsonata`: the text alone, or an object. */
export const jsonataOptions = {
  description:
    'Makes a new body with JSONata, in a thread of its own, bounded in time, depth and memory. Numbers are doubles in it, also those that the body has with more digits. Prefer `map` where it can say it: it is checked against the schemas, and faster.',
  anyOf: [{ type: 'string', minLength: 1, example: '{ "id": orderId }' }, optionsInObject],
} as const satisfies OptionSchema

type JsonataOptions = Options<typeof optionsInObject>

const runner = createJsonataRunner()

/** Makes a new body; throws MAPPING_FAILED where the expression fails, yields nothing or takes too long. Always asynchronous. */
export const jsonata: TransformerKind = {
  name: 'jsonata',
  options: jsonataOptions,
  create(value, { project, path }) {
    const options = resolveOptions(optionsInObject, typeof value === 'string' ? { expression: value } : value)
    const text = textOf(options, project, path)
    if (text === undefined || !compiles(text, project, options.file === undefined ? path : [...path, 'file'])) return undefined
    return { transform: content => transform(content, text, options.timeoutMs) }
  },
}

async function transform(content: Content, text: string, timeoutMs: number): Promise<Content> {
  const outcome = await runner.evaluate({ text, timeoutMs, input: plainNumbers(content.body).value })
  if ('fault' in outcome) throw failed(text, outcome.fault)
  if (outcome.json === undefined) throw failed(text, 'it yields nothing for this body')
  return { ...content, body: JSON.parse(outcome.json), contentType: 'application/json' }
}

function failed(text: string, fault: string): GatewayError {
  const rule = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return new GatewayError('MAPPING_FAILED', `jsonata: ${fault}`, { errors: [{ pointer: '', rule, message: fault }] })
}

function textOf({ expression, file }: JsonataOptions, project: Project, path: Path): string | undefined {
  if ((expression === undefined) === (file === undefined)) {
    const seen = file === undefined ? 'neither' : 'both'
    return void project.faults.add('CONFLICT', path, `jsonata takes either expression or file; here are ${seen}`)
  }
  return file === undefined ? expression : read(file, project, [...path, 'file'])
}

function read(file: string, project: Project, path: Path): string | undefined {
  const place = join(project.dir, file)
  if (relative(project.dir, place).startsWith('..')) return void project.faults.add('FILE', path, `${file} is not in the project's folder`)
  try {
    return readFileSync(place, 'utf8')
  } catch {
    return void project.faults.add('FILE', path, `no file ${file} that can be read in the project's folder`)
  }
}

/** The library is loaded only by a project that uses it. */
function compiles(text: string, project: Project, path: Path): boolean {
  const parse: (text: string) => unknown = createRequire(import.meta.url)('jsonata')
  try {
    parse(text)
    return true
  } catch (error) {
    const { message = String(error), position = 0 } = error as { readonly message?: string; readonly position?: number }
    project.faults.add('EXPRESSION', path, `JSONata: ${message}`, path.at(-1) === 'file' ? {} : { offset: position })
    return false
  }
}
