import { createHash } from 'node:crypto'
import type { EntryConfig, RouteConfig, SourceConfig } from '../config/project.ts'
import type { Condition, Expression, Variables } from '../expressions/expression.ts'
import { variablesOf } from '../expressions/variables.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { Content, Message, Transformer } from '../gateway/message.ts'
import type { Batching, Plan, Planned, RetryPolicy } from '../gateway/ports.ts'
import type { Format, Formats } from '../transformers/format.ts'
import { jsonFormat } from '../transformers/formats/json.ts'
import { parseJson, writeJsonText } from '../transformers/json/codec.ts'
import { textOf } from './evaluate.ts'
import { requestFormat } from './formats.ts'
import { chain, run, then } from './pipeline.ts'
import type { CompiledFault } from './reply.ts'
import type { Choice, Decision, Router } from './router.ts'
import { type CompiledSplit, planLater, planList } from './split.ts'
import { type Read, requestWire } from './wire.ts'

/** An entry of a route, ready to run. */
export interface CompiledEntry {
  readonly config: EntryConfig
  /** The entry's transformers, then the operation's. */
  readonly transform?: Transformer
  readonly answer?: Transformer
  /** Path parameters of the operation, from the body before its own transformers. */
  readonly params?: (content: Content) => Readonly<Record<string, string>>
  readonly beforeParams?: Transformer
  readonly formats?: Formats
  readonly retry: RetryPolicy
  /** It collects what it is sent. */
  readonly batch?: Batching
}

/** A route, ready to run. */
export interface CompiledRoute {
  readonly config: RouteConfig
  /** By the source's place in `from`. */
  readonly sources: readonly {
    readonly config: SourceConfig
    /** The first where a message does not say. */
    readonly formats: readonly Formats[]
    readonly validate?: (body: unknown) => void
    readonly transform?: Transformer
  }[]
  readonly transform?: Transformer
  readonly when?: Condition['condition']
  readonly key?: Expression
  readonly once?: Expression
  readonly split?: CompiledSplit
  readonly router: Router
  readonly entries: ReadonlyMap<string, CompiledEntry>
  readonly faults: readonly CompiledFault[]
}

/** What was seen on the way, for `waybill try`. */
export interface Trace {
  readonly decisions: Decision[]
  /** The body as it was read; absent: it could not be. */
  read?: { readonly body: unknown }
  /** It fits the source's schema, where that has one. */
  fits?: true
  /** What key, once, conditions and entries see; absent: a transformer refused it. */
  canonical?: Content
  key?: string
}

/** The plan of a message on its route; throws GatewayError with what is wrong with it. */
export function planMessage(route: CompiledRoute, brought: Message, trace?: Trace): Plan | Promise<Plan> {
  const message = lasting(route, brought)
  if (message.parent !== undefined) return planRecord(route, message, parseJson(message.body).value, trace)
  const { split } = route
  if (split && !split.each) return planLater(message)
  const source = sourceOf(route, message)
  const read = readBody(message, requestFormat(source?.formats ?? [], message.contentType))
  if (trace) trace.read = read.content
  source?.validate?.(read.content.body)
  if (trace) trace.fits = true
  const transform = run(source?.transform, read.content)
  if (split) return planSplit(route, split, transform)
  return then(transform, content => then(run(route.transform, content), canonical => planCanonical(route, read, canonical, trace)))
}

async function planSplit(route: CompiledRoute, split: CompiledSplit, content: Content | Promise<Content>): Promise<Plan> {
  return planList(split, await content, (record, body) => planRecord(route, record, body))
}

/** The plan of a record; its message's own body is the record in JSON. */
export function planRecord(route: CompiledRoute, message: Message, body: unknown, trace?: Trace): Plan | Promise<Plan> {
  const content = { message, body, original: body, headers: NONE, contentType: 'application/json' }
  const read = { format: jsonFormat, content }
  if (trace) trace.read = content
  // what stands before a list has seen the whole that it was in
  const source = route.split?.each ? undefined : sourceOf(route, message)
  source?.validate?.(body)
  if (trace) trace.fits = true
  const before = run(source?.transform, content)
  return then(before, one => then(run(route.transform, one), canonical => planCanonical(route, read, canonical, trace)))
}

function sourceOf(route: CompiledRoute, { sourceIndex }: Message): CompiledRoute['sources'][number] | undefined {
  return route.sources[sourceIndex] ?? route.sources[0]
}

/** With the deadline that the route gives it, where it brought none of its own. */
function lasting({ config: { expiresAfterMs } }: CompiledRoute, message: Message): Message {
  if (expiresAfterMs === undefined || message.expiresAt !== undefined) return message
  return { ...message, expiresAt: message.receivedAt + expiresAfterMs }
}

function readBody(message: Message, format: Format): Read {
  const { contentType } = message
  // What brought no body, such as a GET, says so by its missing type; an empty body of a type is not readable.
  const bodyless = contentType === '' && message.body.length === 0
  const body = bodyless ? null : format.read(message)
  return { format, content: { message, body, headers: NONE, contentType, ...(!format.wraps && { original: body }) } }
}

const NONE = Object.freeze({})

function planCanonical(route: CompiledRoute, read: Read, canonical: Content, trace: Trace | undefined): Plan | Promise<Plan> {
  const { message } = canonical
  if (trace) trace.canonical = canonical
  const key = route.key && textOf(route.key, variablesOf(canonical), 'key')
  if (trace && key !== undefined) trace.key = key
  const variables = variablesOf(canonical, key)
  const choice: Choice = { chosen: [] }
  if (!route.when || holds(route, variables, trace)) route.router(variables, choice, trace?.decisions)
  const { chosen, because } = choice
  const once = onceOf(route, variables, canonical)
  if (chosen.length === 0) {
    if (because === undefined) throw noRoute(route)
    return { message, key, once, filtered: because, deliveries: [] }
  }
  const planned = chosen.map(({ entry, place }) => planEntry(route, read, canonical, entry.name, place))
  if (planned.every(isMade)) return { message, key, once, filtered: undefined, deliveries: planned }
  return Promise.all(planned).then(deliveries => ({ message, key, once, filtered: undefined, deliveries }))
}

function isMade(planned: Planned | Promise<Planned>): planned is Planned {
  return !(planned instanceof Promise)
}

function holds(route: CompiledRoute, variables: Variables, trace: Trace | undefined): boolean {
  const yes = route.when?.(variables) ?? true
  trace?.decisions.push({ place: 'when', when: route.config.when ?? '', holds: yes })
  return yes
}

function planEntry(route: CompiledRoute, read: Read, canonical: Content, name: string, place: string): Planned | Promise<Planned> {
  const entry = route.entries.get(name)
  if (!entry) throw new GatewayError('INTERNAL', `route ${route.config.name} has no entry ${name}`)
  return then(run(entry.beforeParams, canonical), before => {
    const params = entry.batch ? undefined : entry.params?.(before)
    return then(run(entry.transform, before), out => ({
      entry: name,
      target: entry.batch?.waits ?? entry.config.target,
      chosen: place,
      headers: out.headers,
      params,
      // the members of a batch wait as JSON, until they are written together
      ...requestWire(read, out, entry.batch ? jsonFormat : entry.formats?.request),
    }))
  })
}

function onceOf(route: CompiledRoute, variables: Variables, { body, message }: Content): Plan['once'] {
  if (!route.once) return undefined
  const value = textOf(route.once, variables, 'once')
  if (value === undefined) throw new GatewayError('CONDITION_FAILED', `once \`${route.once.text}\` is absent in this message`)
  // bytes that lie in the body store need not be here
  if (message.stored && body === message.body) return { value, hash: message.stored.sha256 }
  const text = body instanceof Uint8Array ? body : writeJsonText(body)
  return { value, hash: createHash('sha256').update(text).digest('hex') }
}

function noRoute({ config }: CompiledRoute): GatewayError {
  return new GatewayError('NO_ROUTE', `route ${config.name} has no target for this message: no entry's condition holds`)
}

/** An entry's transformers in the order in which they run. */
export function entryTransforms(own: Transformer | undefined, operation: Transformer | undefined, params: CompiledEntry['params']) {
  const before = params ? own : undefined
  const after = params ? operation : chain([own, operation])
  return { ...(before && { beforeParams: before }), ...(after && { transform: after }), ...(params && { params }) }
}
