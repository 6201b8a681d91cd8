import type { FaultConfig } from '../config/project.ts'
import type { Condition, Variables } from '../expressions/expression.ts'
import { type GatewayError, problem, GatewayError as Refused } from '../gateway/errors.ts'
import type { Answer, Content, Message, Transformer } from '../gateway/message.ts'
import type { Format, Formats } from '../transformers/format.ts'
import { jsonFormat } from '../transformers/formats/json.ts'
import { writeJson } from '../transformers/json/codec.ts'
import { replyFormat, typeName } from './formats.ts'
import { then } from './pipeline.ts'
import type { CompiledEntry, CompiledRoute } from './route.ts'
import { written } from './wire.ts'

/** A row of a route's `faults`, ready to run. */
export interface CompiledFault {
  readonly config: FaultConfig
  readonly when: Condition['condition']
  readonly transform?: Transformer
}

const NONE = Object.freeze({})

/** The caller's answer from the target's: through the entry's `answer`, in the format of the source; as it is where neither changes it. */
export function replyTo(route: CompiledRoute, entryName: string, message: Message, answer: Answer): Answer | Promise<Answer> {
  const entry = route.entries.get(entryName)
  const caller = callerFormat(route, message)
  const target = entry?.formats?.reply
  if (!entry?.answer && passes(answer, target, caller)) return answer
  const content = { ...contentOf(message, answer, readAnswer(answer, target, message)), headers: answer.headers }
  return then(entry?.answer ? entry.answer(content) : content, out => ({
    ...answer,
    headers: out.headers,
    ...written(out.body, out.contentType, bytesOnly(out.body, caller), message.meta.operation),
  }))
}

/** The format that the caller is answered in. */
export function callerFormat(route: CompiledRoute, message: Message): Format {
  return replyFormat(route.sources[message.sourceIndex]?.formats ?? [], message)
}

/** How the detail of a fault is told to the caller; undefined where the source declares none of that name. */
export function faultFormat(route: CompiledRoute, { sourceIndex, meta }: Message, name: string): Format | undefined {
  return route.sources[sourceIndex]?.formats[0]?.fault?.(name, meta.operation)
}

// A transformer that yields bytes has chosen the content type itself.
function bytesOnly(body: unknown, caller: Format): Format | undefined {
  return body instanceof Uint8Array && !caller.wraps ? undefined : caller
}

function passes({ contentType, body }: Answer, target: Format | undefined, caller: Format): boolean {
  if (caller.wraps) return false
  if (body.length === 0) return true
  if (target === undefined) return caller === jsonFormat || caller.takes(typeName(contentType))
  return caller.takes(typeName(target.contentType)) && caller.dialect === target.dialect
}

function contentOf(message: Message, answer: Answer, body: unknown): Content {
  return { message: { ...message, body: answer.body }, body, headers: NONE, contentType: answer.contentType }
}

function readAnswer(answer: Answer, format: Format | undefined, { meta }: Message): unknown {
  const { body, contentType } = answer
  if (body.length === 0 && !format?.wraps) return null
  try {
    return (format ?? jsonFormat).read({ body, contentType, meta })
  } catch (error) {
    const kind = format ? `what its format says: ${error instanceof Refused ? error.detail : 'it cannot be read'}` : 'JSON'
    throw new Refused('BAD_REPLY', `the target answered something that is not ${kind}`, { cause: error, answer })
  }
}

/** What the caller is told of a target's failure by the first row of `faults` that holds; undefined where none does. */
export function faultTo(
  route: CompiledRoute,
  entryName: string,
  message: Message,
  error: GatewayError,
): Answer | undefined | Promise<Answer | undefined> {
  const { answer } = error.extras
  const entry = route.entries.get(entryName)
  const body = answer ? readFault(answer, entry, message) : null
  const { code, detail } = error
  const { status = 0, headers = NONE, fault = null } = answer ?? {}
  const variables: Variables = { status, headers, body, fault, error: { code, detail } }
  const row = route.faults.find(({ when }) => holds(when, variables))
  if (!row) return undefined
  const content = contentOf(message, answer ?? EMPTY, body)
  const detailed = row.transform ? row.transform(content) : undefined
  return detailed === undefined ? told(row, message, error) : then(detailed, out => told(row, message, error, { route, out }))
}

const EMPTY: Answer = { status: 0, headers: NONE, contentType: '', body: new Uint8Array() }

function holds(when: Condition['condition'], variables: Variables): boolean {
  try {
    return when(variables)
  } catch {
    return false
  }
}

function readFault(answer: Answer, entry: CompiledEntry | undefined, { meta }: Message): unknown {
  const { body, contentType, fault } = answer
  const format: Formats['request'] = (fault && entry?.formats?.fault?.(fault.name)) ?? jsonFormat
  try {
    return format.read({ body, contentType, meta })
  } catch {
    return Buffer.from(body).toString()
  }
}

interface Detailed {
  readonly route: CompiledRoute
  readonly out: Content
}

function told({ config }: CompiledFault, message: Message, error: GatewayError, detailed?: Detailed): Answer {
  const status = config.status ?? statusOf(error)
  const text = config.text ?? error.extras.answer?.fault?.text ?? error.detail
  const fault = { code: status < 500 ? 'Client' : 'Server', name: config.fault ?? '', text }
  const bare = { status, headers: NONE, fault }
  if (!detailed) {
    const body = writeJson({ ...problem(error, message.correlationId), status, detail: text })
    return { ...bare, contentType: 'application/problem+json', body }
  }
  const { route, out } = detailed
  const declared = config.fault === undefined ? undefined : faultFormat(route, message, config.fault)
  return { ...bare, ...written(out.body, out.contentType, declared) }
}

// The target's own word where it blames the sender; else it is the target that failed.
function statusOf({ status, extras: { answer } }: GatewayError): number {
  return answer && answer.status >= 400 && answer.status < 500 ? answer.status : status
}
