import { join, resolve } from 'node:path'
import type { InboundContext, SourceBinding } from '../adapters/adapter.ts'
import { createHttpListener } from '../adapters/http/listener.ts'
import { adapters } from '../adapters/registry.ts'
import { standInOutbounds } from '../adapters/stand-in/stand-in.ts'
import { isGrave } from '../config/faults.ts'
import type { Project } from '../config/project.ts'
import { compileProject, createRoutes } from '../routes/compile.ts'
import type { CompiledRoute } from '../routes/route.ts'
import { splitTargetOf } from '../routes/split.ts'
import { adapterOutbounds, createTargets, targetsUsed } from '../routes/targets.ts'
import { prepareTransformers } from '../transformers/prepare.ts'
import { createAbandoned } from './abandoned.ts'
import { configView } from './admin/config-view.ts'
import { createAdmin } from './admin/server.ts'
import { loadToken } from './admin/token.ts'
import { createAdminParts } from './admin-parts.ts'
import { type Batcher, createBatcher } from './batcher.ts'
import { type BodyStore, createBodies } from './bodies.ts'
import { createCall } from './call.ts'
import { createCarry } from './carry.ts'
import { createRunner, type Runner } from './delivery.ts'
import { createDone, type Done } from './done.ts'
import { GatewayError } from './errors.ts'
import { createAcceptPlans, createBury, createIntake } from './intake.ts'
import { createStoreLarge, withBodies } from './large.ts'
import { createLateReply } from './late-reply.ts'
import { createLimits, type Limits } from './limits.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type Gateway, type Inbound, type Listening, type Outbound, type Queue, type Routes, SPLIT } from './ports.ts'
import { createEmbeddedQueue } from './queue/embedded.ts'
import { createRabbitmqQueue } from './queue/rabbitmq/queue.ts'
import { createSplitQueue } from './queue/split.ts'
import { createRelay, type Relay } from './relay.ts'
import { createSplitter } from './splitter.ts'
import { createStop } from './stop.ts'
import type { Store } from './store/port.ts'
import { createStore } from './store/sqlite.ts'
import { type BadStarts, countStart, createSuspects, type Suspects } from './suspects.ts'
import { createTakeOnce } from './take-once.ts'
import type { Target } from './target.ts'
import { createUpkeep, type Upkeep } from './upkeep.ts'
import { waybillVersion } from './version.ts'

export interface StartOptions {
  readonly log: Log
  /** Systems that have a stand-in are played by it; with the embedded queue also all that is on the gateway's own broker. */
  readonly standIns?: boolean
}

/** A gateway that takes messages. */
export interface RunningGateway {
  readonly addresses: { readonly http: string; readonly admin: string }
  /** Takes no new work, finishes what runs, gives back the rest; resolves within 30 s. */
  stop(): Promise<void>
}

/** The exit code of a gateway whose store can no longer be trusted: what is accepted is on disk, and a fresh start finds it. */
const BROKEN = 70

/** A store that is open, and how the starts before this one ended. */
interface Opened {
  readonly store: Store
  readonly bodies: BodyStore
  readonly badStarts: BadStarts
}

/** All parts of one gateway, wired. */
interface Parts {
  readonly project: Project
  readonly log: Log
  readonly store: Store
  readonly bodies: BodyStore
  readonly storeLarge: ReturnType<typeof createStoreLarge>
  readonly queue: Queue
  readonly routes: Routes
  readonly metrics: Metrics
  readonly targets: ReadonlyMap<string, Target>
  readonly relay: Relay
  readonly runners: ReadonlyMap<string, Runner>
  /** In the order in which they start; the HTTP listener last. */
  readonly inbounds: readonly Inbound[]
  readonly http: Listening
  readonly gateway: Gateway
  readonly limits: Limits
  readonly upkeep: Upkeep
  readonly done: Done
  readonly batcher: Batcher
  readonly badStarts: BadStarts
  readonly suspects: Suspects
}

/** Starts a project: resolves when it takes messages; throws GatewayError where it cannot (CONFIG_INVALID, STORE_OWNED, an address that is taken). */
export async function startGateway(project: Project, options: StartOptions): Promise<RunningGateway> {
  await prepareTransformers(project)
  const compiled = compileProject(project)
  const grave = project.faults.list().filter(isGrave).length
  if (grave > 0) throw new GatewayError('CONFIG_INVALID', `${grave} faults; \`waybill check\` lists them`)
  const folder = resolve(project.dir, project.store.path)
  const store = await createStore({ ...project.store, path: folder, log: options.log })
  try {
    const bodies = createBodies(join(folder, 'bodies'), project.store.bounds)
    const parts = wire(project, compiled, { store, bodies, badStarts: countStart(folder) }, options)
    return await run(parts)
  } catch (error) {
    await store.close()
    throw error
  }
}

function wire(
  project: Project,
  compiled: ReadonlyMap<string, CompiledRoute>,
  { store, bodies, badStarts }: Opened,
  { log, standIns = false }: StartOptions,
): Parts {
  const metrics = createMetrics()
  const rabbitmq = project.queue.kind === 'rabbitmq' ? project.queue.options : undefined
  const embedded = createEmbeddedQueue({ log })
  const queue = rabbitmq
    ? createSplitQueue(
        createRabbitmqQueue({ ...rabbitmq, project: project.name, log, abandoned: createAbandoned(store, metrics) }),
        embedded,
        isSplit,
      )
    : embedded
  const http = createHttpListener(project, log)
  const context: InboundContext = {
    project,
    clients: project.clients,
    log,
    bodies,
    http,
    formats: ({ route, index }) => compiled.get(route.name)?.sources[index]?.formats ?? [],
    lateReply: createLateReply({ store, metrics, log }),
    ...(rabbitmq && { brokerUrl: rabbitmq.url }),
  }
  const real = adapterOutbounds(context)
  const made = createTargets(project, targetsUsed(compiled), standIns ? standInOutbounds(project, log, real) : real)
  const routes = createRoutes(compiled, bodies)
  const limits = createLimits(store, project.store.bounds)
  const splitter = createSplitter({ routes, store, bodies, limits, metrics, relay: () => relay })
  const targets = withSplits(made, compiled, splitter, bodies)
  const storeLarge = createStoreLarge({ bodies, targets, inlineBytes: project.store.inlineBodiesBytes })
  const relay = createRelay({ store, queue, targets, routes, metrics, log })
  const suspects = createSuspects(store, badStarts.before, Date.now())
  const runners = createRunners({ store, queue, targets, routes, metrics, log, relay, suspects })
  const gateway = createGateway({ project, store, bodies, storeLarge, queue, targets, routes, metrics, log, relay, runners, limits })
  const inbounds = [...createInbounds(project, context, { broker: standIns && !rabbitmq, systems: standIns }), http]
  const upkeep = createUpkeep({ store, bodies, log }, () => process.exit(BROKEN))
  return {
    project,
    log,
    store,
    bodies,
    storeLarge,
    queue,
    routes,
    metrics,
    targets,
    relay,
    runners,
    inbounds,
    http,
    gateway,
    limits,
    upkeep,
    batcher: createBatcher({ batches: routes.batches(), store, bodies, relay, metrics, log }),
    done: createDone({ store, accept: gateway.accept, bury: gateway.bury, routes: doneOf(project), log }),
    badStarts,
    suspects,
  }
}

/** All targets: those of the config, given stored bodies as they take them, and one for each route that splits what it accepts later. */
function withSplits(
  made: ReadonlyMap<string, Target>,
  compiled: ReadonlyMap<string, CompiledRoute>,
  splitter: Outbound,
  bodies: BodyStore,
): ReadonlyMap<string, Target> {
  const own = [...made].map(([name, target]) => [name, { ...target, outbound: withBodies(target.outbound, bodies) }] as const)
  const splits = [...compiled.values()]
    .filter(({ split }) => split && !split.each)
    .map(
      ({ config }): Target => ({
        name: splitTargetOf(config.name),
        outbound: splitter,
        inFlight: SPLITS,
        resumes: true,
        verdict: () => undefined,
      }),
    )
  return new Map([...own, ...splits.map(target => [target.name, target] as const)])
}

/** Files of one route that are split side by side. */
const SPLITS = 2

function isSplit(target: string): boolean {
  return target.startsWith(SPLIT)
}

type RunnersParts = Pick<Parts, 'store' | 'queue' | 'targets' | 'routes' | 'metrics' | 'log' | 'relay' | 'suspects'>

/** A runner for each target that the queue itself does not deliver to. */
function createRunners({ targets, relay, ...parts }: RunnersParts): ReadonlyMap<string, Runner> {
  const sent = [...targets.values()].filter(target => !target.outbound.publication)
  return new Map(
    sent.map(target => {
      const lost = async () => {
        const recalled = await parts.store.recall('broker', target.name)
        if (recalled > 0) parts.log.warn('queue-lost', { target: target.name, recalled })
        relay.wake(target.name)
      }
      return [target.name, createRunner({ ...parts, target, settled: relay.settled, lost })]
    }),
  )
}

function createGateway(
  parts: Omit<Parts, 'inbounds' | 'http' | 'gateway' | 'upkeep' | 'done' | 'batcher' | 'badStarts' | 'suspects'>,
): Gateway {
  const { project, store, bodies } = parts
  const acceptPlans = createAcceptPlans(parts)
  const bury = createBury(parts)
  const replies = new Map(Object.values(project.routes).flatMap(route => (route.reply ? [[route.name, route.reply] as const] : [])))
  return {
    accept: createIntake(parts, acceptPlans),
    call: createCall({ ...parts, replies }),
    carry: createCarry({ ...parts, acceptPlans, bury }),
    bury,
    takeOnce: createTakeOnce(store),
    receipts: store,
    bodies,
    admit: parts.limits.admit,
    positions: store.positions,
  }
}

/** What stand-ins play: what is on the gateway's own broker, systems that have one. */
interface Played {
  readonly broker: boolean
  readonly systems: boolean
}

function createInbounds(project: Project, context: InboundContext, played: Played): Parts['inbounds'] {
  const bindings: SourceBinding[] = Object.values(project.routes).flatMap(route =>
    route.from.map((source, index) => ({ route, index, source })),
  )
  return Object.values(adapters).flatMap(adapter => {
    const isPlayed = ({ source: { options } }: SourceBinding) => {
      if (played.broker && adapter.queues?.isOwn(options)) return true
      return played.systems && (project.systems[adapter.source.systemOf?.(options) ?? '']?.standIn ?? []).length > 0
    }
    const own = bindings.filter(binding => binding.source.adapter === adapter.name && !isPlayed(binding))
    // Receipts are asked for over HTTP, whatever the sources speak.
    return own.length > 0 || adapter.name === 'rest' ? [adapter.source.createInbound(own, context)] : []
  })
}

function doneOf({ routes }: Project) {
  return new Map(Object.values(routes).flatMap(({ name, split, done }) => (split ? [[name, done] as const] : [])))
}

async function run(parts: Parts): Promise<RunningGateway> {
  const { project, store, queue, relay, runners, inbounds } = parts
  const folder = resolve(project.dir, project.store.path)
  const admin = createAdmin({
    ...{ address: project.listen.admin, token: loadToken(folder), folder },
    parts: createAdminParts(parts, about(parts)),
  })
  const stop = createStop(parts, admin)
  try {
    if (project.queue.kind === 'embedded') await store.recall('broker')
    for (const target of [...runners.keys()].filter(isSplit)) await store.recall('broker', target)
    await queue.start([...runners.keys()])
    await Promise.all([...parts.targets.values()].map(target => target.outbound.ready?.()))
    const paused = await store.paused()
    await relay.start(paused)
    for (const [name, runner] of runners) await runner.start(paused.includes(name))
    const address = await admin.start()
    for (const inbound of inbounds) await inbound.start(parts.gateway)
    parts.done.start()
    parts.batcher.start()
    return { addresses: { http: parts.http.address ?? project.listen.http, admin: address }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function about({ project, http }: Parts) {
  const startedAt = Date.now()
  return {
    info: () => ({
      project: project.name,
      version: waybillVersion(),
      configVersion: project.version,
      startedAt,
      http: http.address ?? project.listen.http,
      queueKind: project.queue.kind,
    }),
    config: () => configView(project),
  }
}
