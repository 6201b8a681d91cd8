import type { Queue } from '../ports.ts'

/**
 * A queue whose own targets stay within the gateway: splitting a large file takes longer than a broker waits for an acknowledgement. The
 * store has the durable copy of those.
 */
export function createSplitQueue(broker: Queue, embedded: Queue, isOwn: (target: string) => boolean): Queue {
  const of = (target: string) => (isOwn(target) ? embedded : broker)
  return {
    async start(targets) {
      await embedded.start(targets.filter(isOwn))
      await broker.start(targets.filter(target => !isOwn(target)))
    },
    publish: parcels => {
      const [first] = parcels
      // what is handed over at once goes to one target
      return first ? of(first.delivery.target).publish(parcels) : Promise.resolve([])
    },
    room: (target, signal) => of(target).room(target, signal),
    consume: (target, handle, options) => of(target).consume(target, handle, options),
    health: () => broker.health(),
    count: target => of(target).count(target),
    async close() {
      await Promise.all([embedded.close(), broker.close()])
    },
  }
}
