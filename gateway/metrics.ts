import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Registry } from 'prom-client'
import type { ErrorCode } from './errors.ts'

/** One count and the labels that it is told under. `count` may be raised by whoever holds it: that is all a message pays. */
export interface Tally {
  readonly labels: Readonly<Record<string, string>>
  count: number
}

/** What the gauges show of a target, read when somebody asks for the metrics. */
export interface TargetGauges {
  readonly target: string
  readonly inFlight: number
  readonly queued: number
  /** Milliseconds since the epoch: when the oldest undelivered one was accepted. */
  readonly oldestAt?: number
  readonly breakerOpen: boolean
}

/** Where the gauges are read. */
export interface GaugeSources {
  targets(): Promise<readonly TargetGauges[]>
  /** Milliseconds that the store's last commits took. */
  commitMs(): { readonly p50: number; readonly p99: number }
  queueUp(): boolean
}

/** Counts of what happens to messages: each call is a lookup and one addition. Rendered for Prometheus only when somebody asks. */
export interface Metrics {
  accepted(route: string): void
  duplicate(route: string): void
  refused(code: ErrorCode): void
  delivered(route: string, target: string): void
  retried(route: string, target: string): void
  dead(route: string, target: string, reason: string): void
  /** The counts so far, by metric name without prefix and suffix: `accepted`, `delivered`, ... */
  totals(): Readonly<Record<string, number>>
  /** Names where the gauges are read; until then they are absent. */
  observe(sources: GaugeSources): void
  readonly contentType: string
  /** The Prometheus text. At most one rendering runs at a time, and it is shown again for a second. */
  text(): Promise<string>
  close(): void
}

const FRESH_MS = 1_000
const LOOP_RESOLUTION_MS = 20

const COUNTERS = {
  accepted: 'Messages that were accepted, durable for every planned target.',
  duplicates: 'Messages whose identity was known already; they got the first answer again.',
  refused: 'Messages that were not accepted, by the code of the answer.',
  delivered: 'Deliveries that the target said yes to.',
  retried: 'Attempts that failed and wait for another try.',
  dead: 'Deliveries that were given up, by reason.',
} as const
const LABELS: Readonly<Record<keyof typeof COUNTERS, readonly string[]>> = {
  accepted: ['route'],
  duplicates: ['route'],
  refused: ['code'],
  delivered: ['route', 'target'],
  retried: ['route', 'target'],
  dead: ['route', 'target', 'reason'],
}

/** Metrics with counts from zero. `close` ends the watch on the event loop. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const [accepted, duplicates, refused] = [tallies('route'), tallies('route'), tallies('code')]
  const [delivered, retried, dead] = [pairs(), pairs(), triples()]
  const all = { accepted, duplicates, refused, delivered, retried, dead }
  for (const name of keys(COUNTERS)) exportCounter(registry, name, all[name].list)
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  exportProcess(registry, loop)
  return {
    accepted: route => void accepted.of(route).count++,
    duplicate: route => void duplicates.of(route).count++,
    refused: code => void refused.of(code).count++,
    delivered: (route, target) => void delivered.of(route, target).count++,
    retried: (route, target) => void retried.of(route, target).count++,
    dead: (route, target, reason) => void dead.of(route, target, reason).count++,
    totals: () => Object.fromEntries(keys(all).map(name => [name, sum(all[name].list)])),
    observe: sources => exportGauges(registry, sources),
    contentType: registry.contentType,
    text: shared(() => registry.metrics()),
    close: () => void loop.disable(),
  }
}

function keys<T extends object>(object: T): (keyof T & string)[] {
  return Object.keys(object) as (keyof T & string)[]
}

function sum(list: readonly Tally[]): number {
  return list.reduce((total, { count }) => total + count, 0)
}

interface Tallies {
  readonly list: readonly Tally[]
  of(value: string): Tally
}

function tallies(label: string, outer: Readonly<Record<string, string>> = {}, list: Tally[] = []): Tallies {
  const known = new Map<string, Tally>()
  const add = (value: string): Tally => {
    const tally = { labels: { ...outer, [label]: value }, count: 0 }
    known.set(value, tally)
    list.push(tally)
    return tally
  }
  return { list, of: value => known.get(value) ?? add(value) }
}

function nested<T>(create: (value: string) => T): (value: string) => T {
  const known = new Map<string, T>()
  const add = (value: string): T => {
    const made = create(value)
    known.set(value, made)
    return made
  }
  return value => known.get(value) ?? add(value)
}

function pairs(outer: Readonly<Record<string, string>> = {}, list: Tally[] = []) {
  const byRoute = nested(route => tallies('target', { ...outer, route }, list))
  return { list, of: (route: string, target: string) => byRoute(route).of(target) }
}

function triples() {
  const list: Tally[] = []
  const byRoute = nested(route => nested(target => tallies('reason', { route, target }, list)))
  return { list, of: (route: string, target: string, reason: string) => byRoute(route)(target).of(reason) }
}

function exportCounter(registry: Registry, name: keyof typeof COUNTERS, list: readonly Tally[]): void {
  new Counter({
    name: `waybill_${name}_total`,
    help: COUNTERS[name],
    labelNames: [...LABELS[name]],
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, count } of list) this.inc(labels, count)
    },
  })
}

function exportGauges(registry: Registry, sources: GaugeSources): void {
  exportTargets(registry, sources)
  gauge(registry, 'waybill_queue_up', 'Whether the queue takes and hands out deliveries.', one => one.set(Number(sources.queueUp())))
  gauge(
    registry,
    'waybill_store_commit_seconds',
    'Seconds that the last commits of the store took.',
    one => {
      const { p50, p99 } = sources.commitMs()
      one.set({ quantile: '0.5' }, p50 / 1_000)
      one.set({ quantile: '0.99' }, p99 / 1_000)
    },
    ['quantile'],
  )
}

// One question to the store serves all four: the first gauge that is collected asks, the others take its answer. A store that does not
// answer must not take the counters away.
function exportTargets(registry: Registry, sources: GaugeSources): void {
  const targets = shared(() => sources.targets().catch(() => []))
  const each = (name: string, help: string, value: (target: TargetGauges, now: number) => number) =>
    gauge(registry, name, help, async one => fill(one, await targets(), value), ['target'])
  each('waybill_in_flight', 'Deliveries that are with the target now.', ({ inFlight }) => inFlight)
  each('waybill_queued', 'Deliveries that are not settled yet.', ({ queued }) => queued)
  each('waybill_breaker_open', 'Whether the target is taken to be down, so that only probes are sent.', one => Number(one.breakerOpen))
  each('waybill_queue_age_seconds', 'Age of the oldest delivery that is not settled yet.', ({ oldestAt }, now) =>
    oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1_000,
  )
}

function fill(one: Gauge, targets: readonly TargetGauges[], value: (target: TargetGauges, now: number) => number): void {
  const now = Date.now()
  one.reset()
  for (const target of targets) one.set({ target: target.target }, value(target, now))
}

function exportProcess(registry: Registry, loop: IntervalHistogram): void {
  gauge(
    registry,
    'waybill_event_loop_delay_seconds',
    'How late the event loop came to its work, since the last time this was read.',
    one => {
      one.set({ quantile: '0.5' }, late(loop.percentile(50)))
      one.set({ quantile: '0.99' }, late(loop.percentile(99)))
      one.set({ quantile: '1' }, late(loop.max))
      loop.reset()
    },
    ['quantile'],
  )
  gauge(registry, 'process_resident_memory_bytes', 'Memory that the process holds.', one => one.set(process.memoryUsage.rss()))
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of all threads of the process.',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
}

// The histogram holds whole intervals between two looks at the clock; what exceeds the interval asked for is the delay.
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - LOOP_RESOLUTION_MS / 1e3) || 0
}

type Read = (one: Gauge) => void | Promise<void>

function gauge(registry: Registry, name: string, help: string, read: Read, labelNames: string[] = []): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      return read(this)
    },
  })
}

/** Runs once for all who ask at the same time, and for those who ask within a second after. A failure is not kept. */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined
  return () => {
    if (last && performance.now() - last.at < FRESH_MS) return last.value
    const made = { at: performance.now(), value: make() }
    last = made
    made.value.catch(() => {
      if (last === made) last = undefined
    })
    return made.value
  }
}
