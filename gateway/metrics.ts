import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Counts, type GaugeSources, LOOP_RESOLUTION_MS, type Tally } from './counts.ts'
import type { ErrorCode } from './errors.ts'
import { fresh } from './fresh.ts'
import type { MetricsPage } from './metrics-page.ts'

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

/** Version 0.0.4 of the text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics with counts from zero. `close` ends the watch on the event loop. */
export function createMetrics(): Metrics {
  const [accepted, duplicates, refused] = [tallies('route'), tallies('route'), tallies('code')]
  const [delivered, retried, dead] = [pairs(), pairs(), triples()]
  const counts: Counts = {
    ...{ accepted: accepted.list, duplicates: duplicates.list, refused: refused.list },
    ...{ delivered: delivered.list, retried: retried.list, dead: dead.list },
  }
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })
  loop.enable()
  let sources: GaugeSources | undefined
  let page: Promise<MetricsPage> | undefined
  // Prometheus' library is loaded when somebody asks: a gateway that nobody watches does without its memory.
  const load = async () => (await import('./metrics-page.ts')).createMetricsPage({ counts, loop, sources: () => sources })
  return {
    accepted: route => void accepted.of(route).count++,
    duplicate: route => void duplicates.of(route).count++,
    refused: code => void refused.of(code).count++,
    delivered: (route, target) => void delivered.of(route, target).count++,
    retried: (route, target) => void retried.of(route, target).count++,
    dead: (route, target, reason) => void dead.of(route, target, reason).count++,
    totals: () => Object.fromEntries(Object.entries(counts).map(([name, list]) => [name, sum(list)])),
    observe: given => {
      sources = given
    },
    contentType: CONTENT_TYPE,
    text: fresh(async () => {
      page ??= load()
      return (await page).text()
    }),
    close: () => void loop.disable(),
  }
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
