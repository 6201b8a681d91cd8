import type { Message } from './message.ts'
import { deliveryKey, type Planned, type Routes } from './ports.ts'
import type { Relay } from './relay.ts'
import type { Selection, Store, Story } from './store/port.ts'

export interface ReplayParts {
  readonly store: Pick<Store, 'dead' | 'story' | 'replay'>
  readonly routes: Pick<Routes, 'plan'>
  readonly relay: Pick<Relay, 'wake'>
}

/** Opens dead deliveries again, with the body that was planned or with the original through today's mapping; resolves with how many. */
export type Replay = (selection: Selection, by: string, mapping: 'stored' | 'current') => Promise<number>

/** Bodies that take the place of the stored ones, by `deliveryKey`. */
type Bodies = Map<string, Pick<Planned, 'contentType' | 'headers' | 'body'>>

/** The replay of a gateway. */
export function createReplay({ store, routes, relay }: ReplayParts): Replay {
  return async function replay(selection, by, mapping) {
    const bodies = mapping === 'current' ? await mapAgain(selection) : undefined
    const opened = await store.replay(selection, by, bodies)
    for (const target of new Set(opened.map(delivery => delivery.target))) relay.wake(target)
    return opened.length
  }

  async function mapAgain(selection: Selection): Promise<Bodies> {
    const bodies: Bodies = new Map()
    const ids = new Set<string>()
    for (let cursor: string | undefined; ; ) {
      const page = await store.dead(selection, cursor)
      for (const { messageId } of page.items) ids.add(messageId)
      cursor = page.cursor
      if (cursor === undefined) break
    }
    for (const id of ids) await planAgain(id, bodies)
    return bodies
  }

  async function planAgain(id: string, bodies: Bodies): Promise<void> {
    const story = await store.story(id)
    const message = story && original(story)
    if (!message) return
    const { deliveries } = await routes.plan(message)
    for (const { entry, contentType, headers, body } of deliveries)
      bodies.set(deliveryKey({ messageId: id, entry }), { contentType, headers, body })
  }
}

/** The message as it came; undefined once retention has taken its body. */
function original({ message }: Story): Message | undefined {
  const { body, filtered: _, key: __, ...kept } = message
  return body && { ...kept, sourceIndex: 0, meta: {}, body }
}
