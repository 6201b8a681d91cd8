import { measureFresh } from './accept.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { runHarness, WAYBILL_PEER } from './harness.ts'
import { withLock } from './lock.ts'
import { absolute, ratio, type Sample } from './result.ts'
import { missingFor } from './shared.ts'

/** S1 without a broker. */
export const embedded: Bench = {
  name: 'embedded',
  title: 'Accept without a broker',
  about: `S1 on the embedded queue: the same schema, mapping and routing, to four REST targets that are paused, so that all that is accepted waits
on disk. Beside it, in turns, S1 on RabbitMQ.`,
  missing: () => missingFor('python3', 'wrk', 'flock', 'rabbitmq-server'),
  run,
  claims: rows => [
    ...ratio(rows, 'rate', ['embedded', 'S1 Waybill'], { what: 'Embedded queue: rate, of RabbitMQ', atLeast: 1 }),
    ...ratio(rows, 'cpuMs', ['embedded', 'S1 Waybill'], { what: 'Embedded queue: CPU for each message, of RabbitMQ', atMost: 1 }),
    ...absolute(rows, 'memoryMb', 'embedded', { what: 'Embedded queue: peak memory', unit: 'MB', atMost: 250 }),
  ],
}

async function run(task: Task): Promise<Measured> {
  const samples: Sample[] = []
  const notes: string[] = []
  for (let round = 1; round <= task.rounds; round++) {
    task.note(`round ${round} of ${task.rounds}`)
    const rabbitmq = await runHarness({ ...task, peers: [WAYBILL_PEER], scenario: 'S1', rounds: 1 })
    samples.push(...rabbitmq.samples, { name: 'embedded', values: await withLock(() => measureFresh(task)) })
    notes.push(...rabbitmq.said)
  }
  return { samples, notes }
}
