import type { IntervalHistogram } from 'node:perf_hooks'
import { Counter, Gauge, Registry } from 'prom-client'
import { type Counts, type GaugeSources, LOOP_RESOLUTION_MS, type Tally, type TargetGauges } from './counts.ts'
import { fresh } from './fresh.ts'

/** Where the page reads what it shows. */
export interface MetricsPageParts {
  readonly counts: Counts
  readonly loop: IntervalHistogram
  /** Until they are there the gauges are absent. */
  readonly sources: () => GaugeSources | undefined
}

/** The metrics as Prometheus reads them. */
export interface MetricsPage {
  text(): Promise<string>
}

const COUNTERS: Readonly<Record<keyof Counts, { readonly help: string; readonly labels: readonly string[] }>> = {
  accepted: { labels: ['route'], help: 'Messages that were accepted, durable for every planned target.' },
  duplicates: { labels: ['route'], help: 'Messages whose identity was known already; they got the first answer again.' },
  refused: { labels: ['code'], help: 'Messages that were not accepted, by the code of the answer.' },
  delivered: { labels: ['route', 'target'], help: 'Deliveries that the target said yes to.' },
  retried: { labels: ['route', 'target'], help: 'Attempts that failed and wait for another try.' },
  dead: { labels: ['route', 'target', 'reason'], help: 'Deliveries that were given up, by reason.' },
}

/** The page of some metrics. */
export function createMetricsPage({ counts, loop, sources }: MetricsPageParts): MetricsPage {
  const registry = new Registry()
  for (const name of Object.keys(COUNTERS) as (keyof Counts)[]) exportCounter(registry, name, counts[name])
  exportProcess(registry, loop)
  let observed = false
  return {
    text() {
      const given = observed ? undefined : sources()
      if (given) {
        observed = true
        exportGauges(registry, given)
      }
      return registry.metrics()
    },
  }
}

function exportCounter(registry: Registry, name: keyof Counts, list: readonly Tally[]): void {
  new Counter({
    name: `waybill_${name}_total`,
    help: COUNTERS[name].help,
    labelNames: [...COUNTERS[name].labels],
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
  const targets = fresh(() => sources.targets().catch(() => []))
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
