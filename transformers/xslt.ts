import type { Path } from '../config/faults.ts'
import type { Project } from '../config/project.ts'
import type { Expression, Scope } from '../expressions/expression.ts'
import { expressionAt, scopeOf } from '../expressions/scope.ts'
import { variablesOf } from '../expressions/variables.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { Content } from '../gateway/message.ts'
import { expression, type OptionSchema, resolveOptions } from '../gateway/options.ts'
import { checkReadable, inUtf8 } from './libxml2/document.ts'
import { createThread, type Failed } from './thread.ts'
import type { TransformerKind } from './transformer.ts'
import { xmlOf } from './xml-content.ts'
import { loadSheet, type Sheet } from './xslt/load.ts'
import { paramsOf } from './xslt/params.ts'
import type { Job, Outcome } from './xslt/worker.ts'

const stylesheet = {
  type: 'string',
  format: 'file',
  description: 'An XSLT 1.0 stylesheet of the project, with EXSLT; what it includes stands in the project too.',
  example: 'xslt/order.xsl',
} as const satisfies OptionSchema

const optionsInObject = {
  type: 'object',
  additionalProperties: false,
  required: ['stylesheet'],
  properties: {
    stylesheet,
    params: {
      type: 'object',
      additionalProperties: expression,
      description: 'Values for its xsl:param, by their names; one that is absent or null is not given.',
      example: { channel: 'headers["x-channel"]' },
    },
    timeout: { type: 'string', format: 'duration', default: '2s', description: 'How long it may run for one message.' },
  },
} as const satisfies OptionSchema

/** Options of `xslt`: the stylesheet alone, or an object. */
export const xsltOptions = {
  description:
    'Makes new XML of a body of XML with a stylesheet, in a thread of its own, bounded in time and memory; it reads and writes no files, and asks no network. Prefer `map` where it can say it: it is checked against the schemas.',
  anyOf: [stylesheet, optionsInObject],
} as const satisfies OptionSchema

interface Made {
  readonly id: number
  readonly sheet: Sheet
  readonly params: Readonly<Record<string, Expression>>
  readonly timeoutMs: number
}

const thread = createThread<Job, Outcome>(new URL('./xslt/worker.js', import.meta.url))
let lastId = 0

/** Makes a body of bytes; throws MAPPING_FAILED where the stylesheet fails or takes too long, NOT_READABLE where the body is no XML. Always asynchronous. */
export const xslt: TransformerKind = {
  name: 'xslt',
  options: xsltOptions,
  create(value, { project, path, input }) {
    const inObject = typeof value === 'object'
    const options = resolveOptions(optionsInObject, inObject ? value : { stylesheet: value })
    const sheet = loadSheet(project, options.stylesheet, inObject ? [...path, 'stylesheet'] : path)
    const params = compileParams(project, options.params ?? {}, { scope: scopeOf(input), path: [...path, 'params'] })
    if (!sheet || !params) return undefined
    const made = { id: ++lastId, sheet, params, timeoutMs: options.timeoutMs }
    return { transform: content => transform(content, made) }
  },
}

async function transform(content: Content, made: Made): Promise<Content> {
  const source = xmlOf(content, `xslt: ${made.sheet.file}`)
  const { id, timeoutMs } = made
  const job = { id, timeoutMs, input: inUtf8(source), params: paramsOf(made.params, variablesOf(content)) }
  const outcome = await run(job, made.sheet)
  const { file, charset, contentType } = made.sheet
  if ('bytes' in outcome && outcome.bytes.length === 0 && !contentType.startsWith('text/'))
    throw failed(file, 'it yields nothing for this body')
  if ('bytes' in outcome) return { ...content, body: written(Buffer.from(outcome.bytes.buffer), charset), contentType }
  checkReadable(source)
  throw failed(file, outcome.fault)
}

function failed(file: string, fault: string): GatewayError {
  const detail = fault.startsWith(file) ? fault : `${file}: ${fault}`
  return new GatewayError('MAPPING_FAILED', `xslt: ${detail}`, { errors: [{ rule: file, message: fault }] })
}

/** libxslt declares the charset and writes UTF-8. What the charset lacks is a reference. */
function written(bytes: Buffer, charset: Sheet['charset']): Buffer {
  if (charset === 'utf-8') return bytes
  const lacks = charset === 'us-ascii' ? /[^\0-\x7f]/gu : /[^\0-\xff]/gu
  return Buffer.from(
    bytes.toString().replace(lacks, char => `&#${char.codePointAt(0)};`),
    'latin1',
  )
}

/** A new thread knows no stylesheet. */
async function run(job: Job, { file, files }: Sheet): Promise<Exclude<Outcome, { unknown: true }> | Failed> {
  const outcome = await thread.run(job)
  if (!('unknown' in outcome)) return outcome
  const again = await thread.run({ ...job, sheet: { file, files } })
  return 'unknown' in again ? { fault: 'its thread was ended' } : again
}

interface Place {
  readonly scope: Scope
  readonly path: Path
}

function compileParams(project: Project, written: Readonly<Record<string, string>>, { scope, path }: Place): Made['params'] | undefined {
  const made = Object.entries(written).map(([name, text]) => [name, expressionAt(project, text, scope, [...path, name])] as const)
  const well = made.flatMap(([name, one]) => (one ? [[name, one] as const] : []))
  return well.length === made.length ? Object.fromEntries(well) : undefined
}
