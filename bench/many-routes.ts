import { measureFresh } from './accept.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { withLock } from './lock.ts'
import { ratio, type Sample } from './result.ts'
import { missingFor } from './shared.ts'

const MANY = 1_000
const nameOf = (routes: number) => `${routes.toLocaleString('en')} ${routes === 1 ? 'route' : 'routes'}`

/** What a message costs where there are many routes. */
export const manyRoutes: Bench = {
  name: 'routes',
  title: 'One route and a thousand',
  about: `S1 on the embedded queue with paused targets, in a project of one route and in one of a thousand, each with its source, validation,
mapping and content-based routing (by one schema and one mapping); the orders go to the last of them.`,
  missing: () => missingFor('wrk', 'flock'),
  run,
  claims: rows =>
    ratio(rows, 'cpuMs', [nameOf(MANY), nameOf(1)], { what: 'CPU for each message with 1,000 routes, of 1 route', atMost: 1.2 }),
}

async function run(task: Task): Promise<Measured> {
  const samples: Sample[] = []
  for (let round = 1; round <= task.rounds; round++) {
    task.note(`round ${round} of ${task.rounds}`)
    // Every second round runs in the other direction.
    for (const routes of round % 2 === 1 ? [1, MANY] : [MANY, 1]) {
      samples.push({ name: nameOf(routes), values: await withLock(() => measureFresh(task, routes)) })
    }
  }
  return { samples }
}
