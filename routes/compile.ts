import { checkStandIn, compileStandIn } from '../adapters/stand-in/rules.ts'
import { wireOf } from '../adapters/stand-in/wire.ts'
import type { EntryConfig, FaultConfig, JsonSchema, Project, RetryConfig, RouteConfig, SourceConfig } from '../config/project.ts'
import { entriesOf, splitTarget } from '../config/targets.ts'
import { conditionAt, expressionAt, faultScope, scopeOf } from '../expressions/scope.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { Message } from '../gateway/message.ts'
import type { Bodies, Plan, RetryPolicy, Routes } from '../gateway/ports.ts'
import type { Formats } from '../transformers/format.ts'
import { bytesFormat } from '../transformers/formats/bytes.ts'
import { schemaFile } from '../transformers/validate.ts'
import { compileBatch } from './batch.ts'
import { isXsd, sourceFormats, targetFormats } from './formats.ts'
import { compileParams } from './params.ts'
import { type Compiling, compilePipeline } from './pipeline.ts'
import { type CompiledFault, faultTo, replyTo } from './reply.ts'
import { type CompiledEntry, type CompiledRoute, entryTransforms, planMessage } from './route.ts'
import { compileRouter } from './router.ts'
import { compileSplit } from './split.ts'
import { splittingOf } from './splitting.ts'
import { sureOf } from './sure.ts'
import { compileSettleRules, targetsOf, targetsUsed } from './targets.ts'

/** Compiles all that a project says in expressions, its `settle` rules and stand-ins included, and gives its routes; what does not compile is among the project's faults. */
export function compileProject(project: Project, watch?: Compiling['watch']): ReadonlyMap<string, CompiledRoute> {
  compileSettleRules(project)
  const compiled = compileRoutes({ project, ...(watch && { watch }) })
  checkStandIns(project, targetsUsed(compiled))
  return compiled
}

function checkStandIns(project: Project, used: ReadonlySet<string>): void {
  const targets = targetsOf(project).filter(({ name }) => used.has(name))
  for (const system of Object.values(project.systems).filter(({ standIn }) => standIn.length > 0)) {
    compileStandIn(project, system)
    const own = targets.filter(target => target.system === system)
    checkStandIn(
      project,
      system,
      own.map(({ operation }) => wireOf(project, system, operation)),
    )
  }
}

/** The routes of a project, ready to run; what does not compile is among the project's faults. */
function compileRoutes(compiling: Compiling): ReadonlyMap<string, CompiledRoute> {
  return new Map(Object.values(compiling.project.routes).map(route => [route.name, compileRoute(compiling, route)]))
}

/** The port that the gateway uses, over compiled routes. */
export function createRoutes(compiled: ReadonlyMap<string, CompiledRoute>, bodies: Pick<Bodies, 'read'>): Routes {
  const find = (name: string) => {
    const route = compiled.get(name)
    if (!route) throw new GatewayError('NO_ROUTE', `the config has no route ${name}`)
    return route
  }
  return {
    plan: message => planned(find(message.route), message, bodies),
    split: message => splittingOf(find(message.route), message),
    batches: () => [...compiled.values()].flatMap(route => [...route.entries.values()].flatMap(({ batch }) => batch ?? [])),
    retry: (route, entry) => compiled.get(route)?.entries.get(entry)?.retry ?? fallback,
    reply: (message, entry, answer) => replyTo(find(message.route), entry, message, answer),
    fault: (message, entry, error) => faultTo(find(message.route), entry, message, error),
  }
}

/** The most bytes of a stored body that are read into memory, where something looks into them: 64 MiB. */
const LOADED = 64 << 20

function planned(route: CompiledRoute, message: Message, bodies: Pick<Bodies, 'read'>): Plan | Promise<Plan> {
  const { stored } = message
  if (!stored || isPassedOn(route, message)) return planMessage(route, message)
  return bodies.read(stored, LOADED).then(body => planMessage(route, { ...message, body }))
}

/** True where nobody looks into the body: it is split later, or goes from bytes to bytes. */
function isPassedOn({ split, sources, transform, entries }: CompiledRoute, { sourceIndex, stored }: Message): boolean {
  if (split) return !split.each
  const source = sources[sourceIndex]
  const steps = [transform, source?.transform, ...[...entries.values()].flatMap(entry => [entry.beforeParams, entry.transform])]
  const bytes = source?.formats[0]?.request === bytesFormat
  return bytes && (stored?.bytes ?? 0) > LOOKED_INTO && steps.every(step => step === undefined)
}

/** Bodies up to so many bytes are seen by conditions, bytes as they are. */
const LOOKED_INTO = 8 << 20

/** For deliveries whose route or entry is no longer in the config. */
const fallback: RetryPolicy = { delaysMs: [60_000, 600_000, 3_600_000], giveUpAfterMs: 259_200_000, jitter: 0.2 }

function compileRoute(compiling: Compiling, config: RouteConfig): CompiledRoute {
  const { project } = compiling
  const sources = config.from.map((_, index) => compileSource(compiling, config, index))
  const split = compileSplit(project, config, sources)
  const input = split?.each ? undefined : common(sources.map(({ output }) => output))
  const { transform, output } = compilePipeline(compiling, config.transform, input)
  const scope = scopeOf(output, sureOf(project, config))
  const when = config.when === undefined ? undefined : conditionAt(project, config.when, scope, [...config.path, 'when'])
  const key = config.key === undefined ? undefined : expressionAt(project, config.key, scope, [...config.path, 'key'])
  const once = config.once === undefined ? undefined : expressionAt(project, config.once, scope, [...config.path, 'once'])
  return {
    config,
    sources,
    ...(transform && { transform }),
    ...(when && { when }),
    ...(key && { key }),
    ...(once && { once }),
    ...(split && { split }),
    router: compileRouter(project, config.to, scope),
    faults: config.faults.flatMap(fault => compileFault(compiling, fault) ?? []),
    entries: new Map(
      entriesOf(config.to).map(entry => [entry.name, compileEntry({ ...compiling, entry: entry.name }, config, entry, output)]),
    ),
  }
}

function compileSource(compiling: Compiling, route: RouteConfig, index: number): CompiledSource {
  const { project } = compiling
  const formats = sourceFormats(project, route, index)
  const config = route.from[index] as SourceConfig
  const schema = schemaOf(project, config, formats)
  const { request } = formats[0] ?? {}
  const own = route.split?.each === 'record' ? request?.records?.schema : request?.schema
  const { transform, output } = compilePipeline(compiling, config.transform, schema?.schema ?? own)
  return { config, formats, ...(schema && { validate: schema.validate }), ...(transform && { transform }), ...(output && { output }) }
}

type CompiledSource = CompiledRoute['sources'][number] & { readonly output?: JsonSchema }

/** What the body is checked against; a format that has a type of its own checks while it reads. */
function schemaOf(project: Project, { schema, path }: SourceConfig, formats: readonly Formats[]) {
  if (schema === undefined || formats.some(({ request }) => request.schema)) return undefined
  return isXsd(schema) ? undefined : schemaFile(project, schema, [...path, 'schema'])
}

function compileFault(compiling: Compiling, config: FaultConfig): CompiledFault | undefined {
  const when = conditionAt(compiling.project, config.when, faultScope, [...config.path, 'when'])
  const { transform } = compilePipeline(compiling, config.transform, undefined)
  return when && { config, when, ...(transform && { transform }) }
}

/** The schema that all sources share, if they do. */
function common(schemas: readonly (JsonSchema | undefined)[]): JsonSchema | undefined {
  return schemas.every(schema => schema === schemas[0]) ? schemas[0] : undefined
}

function compileEntry(compiling: Compiling, route: RouteConfig, config: EntryConfig, input: JsonSchema | undefined): CompiledEntry {
  const { project } = compiling
  const { system, operation: operationName } = splitTarget(config.target)
  const operation = operationName === undefined ? undefined : project.systems[system]?.operations[operationName]
  const own = compilePipeline(compiling, config.transform, input)
  const ofOperation = compilePipeline(compiling, operation?.transform ?? [], own.output)
  const systemConfig = project.systems[system]
  const formats = systemConfig && targetFormats(project, systemConfig, operation)
  const answer = compilePipeline(compiling, config.answer, formats?.reply.schema)
  const target = systemConfig && { system: systemConfig, operation }
  const batch = target && compileBatch(project, route, config, { target, format: formats?.request })
  const params = target && !config.batch && compileParams(project, target, own.output)
  return {
    config,
    ...entryTransforms(own.transform, ofOperation.transform, params || undefined),
    ...(batch && { batch }),
    ...(formats && { formats }),
    ...(answer.transform && { answer: answer.transform }),
    retry: policyOf(project.defaults.retry, route.retry, config.retry),
  }
}

function policyOf(...layers: readonly (RetryConfig | undefined)[]): RetryPolicy {
  return Object.assign({ ...fallback }, ...layers)
}
