import { join } from 'node:path'
import { measureAccept, measureFresh } from './accept.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { type Filling, fillStore } from './fill.ts'
import { withLock } from './lock.ts'
import { embeddedProject } from './project.ts'
import { ratio, type Sample } from './result.ts'
import { missingFor } from './shared.ts'

/** How new messages are accepted while very many wait. */
export const backlog: Bench = fullStore({
  name: 'backlog',
  filling: { count: 100_000, state: 'queued' },
  filled: '100,000 queued',
  title: 'A hundred thousand deliveries that wait',
  about:
    'S1 on the embedded queue with paused targets, on an empty store and on one that holds 100,000 deliveries which wait for their targets.',
})

/** How new messages are accepted after very many were. */
export const receipts: Bench = fullStore({
  name: 'receipts',
  filling: { count: 1_000_000, state: 'delivered' },
  filled: '1,000,000 receipts',
  title: 'A million receipts',
  about: 'The same on a store that holds a million messages, with their bodies, receipts and story, which were delivered.',
})

interface FullStore extends Pick<Bench, 'name' | 'title' | 'about'> {
  readonly filling: Filling
  readonly filled: string
}

const EMPTY = 'empty store'

function fullStore({ filling, filled, ...texts }: FullStore): Bench {
  return {
    ...texts,
    missing: () => missingFor('wrk', 'flock'),
    run: task => run(task, filling, filled),
    claims: rows => [
      ...ratio(rows, 'rate', [filled, EMPTY], { what: `Rate with ${filled}, of an empty store`, atLeast: 0.9 }),
      ...ratio(rows, 'cpuMs', [filled, EMPTY], { what: `CPU for each message with ${filled}, of an empty store` }),
    ],
  }
}

async function run(task: Task, filling: Filling, filled: string): Promise<Measured> {
  const full = embeddedProject()
  const samples: Sample[] = []
  try {
    await fillStore(join(full.dir, 'data'), filling, task.note)
    for (let round = 1; round <= task.rounds; round++) {
      task.note(`round ${round} of ${task.rounds}`)
      const both = [
        async () => ({ name: EMPTY, values: await measureFresh(task) }),
        async () => ({ name: filled, values: await measureAccept(full, task) }),
      ]
      for (const once of round % 2 === 1 ? both : both.reverse()) samples.push(await withLock(once))
    }
    return { samples }
  } finally {
    full.remove()
  }
}
