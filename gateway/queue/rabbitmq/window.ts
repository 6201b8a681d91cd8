import type { Publication, PublishResult } from '../../ports.ts'

/** One publication on its way to its confirm. */
export interface Item {
  readonly publication: Publication
  readonly batch: Batch
  readonly index: number
  sentAt: number
  nacks: number
  returned: boolean
  /** It was sent, and the connection went before its confirm. */
  doubtful: boolean
  /** Its destination is mute: it waits outside of the window. */
  stuck: boolean
}

/** The publications of one call: one promise for all of them. */
export interface Batch {
  readonly results: PublishResult[]
  left: number
  done: (results: readonly PublishResult[]) => void
}

/** What has been sent and is not confirmed, by delivery tag, in the order of sending. */
export interface Flight {
  readonly items: Map<number, Item>
  /** Of those that are not stuck. */
  bytes: number
  stuck: number
}

/** What has not been sent yet, in order; `head` saves moving the array for each. */
export interface Line {
  items: Item[]
  head: number
  bytes: number
}

/** Bytes that it holds. */
export function sizeOf(item: Item): number {
  return item.publication.body.length
}

/** How many wait in the line. */
export function unsent(line: Line): number {
  return line.items.length - line.head
}

/** To the end of the line. */
export function join(line: Line, item: Item): void {
  line.items.push(item)
  line.bytes += sizeOf(item)
}

/** To the head of the line, in their order. */
export function joinAtHead(line: Line, items: readonly Item[]): void {
  line.items = items.concat(line.items.slice(line.head))
  line.head = 0
  for (const item of items) line.bytes += sizeOf(item)
}

/** The next one, out of the line. */
export function take(line: Line): Item | undefined {
  const item = line.items[line.head]
  if (!item) return undefined
  line.head++
  line.bytes -= sizeOf(item)
  if (line.head === line.items.length) {
    line.items = []
    line.head = 0
  } else if (line.head >= 1_024) {
    line.items = line.items.slice(line.head)
    line.head = 0
  }
  return item
}

/** All of them, out of the line. */
export function takeAll(line: Line): Item[] {
  const items = line.items.slice(line.head)
  line.items = []
  line.head = 0
  line.bytes = 0
  return items
}

/** Puts an item's result in its place; the last one of its batch resolves the call. */
export function settle(item: Item, result: PublishResult): void {
  item.batch.results[item.index] = result
  if (--item.batch.left === 0) item.batch.done(item.batch.results)
}

/** Takes the item of a tag, or all up to it, out of the flight. */
export function land(flight: Flight, tag: number, multiple: boolean): Item[] {
  const landed: Item[] = []
  if (multiple) {
    for (const [one, item] of flight.items) {
      if (one > tag) break
      flight.items.delete(one)
      landed.push(item)
    }
  } else {
    const item = flight.items.get(tag)
    if (item && flight.items.delete(tag)) landed.push(item)
  }
  for (const item of landed) release(flight, item)
  return landed
}

/** Empties the flight: what was in it is in doubt. */
export function landAll(flight: Flight): Item[] {
  const items = [...flight.items.values()]
  flight.items.clear()
  for (const item of items) release(flight, item)
  return items
}

/** Puts a sent item into the flight. */
export function takeOff(flight: Flight, tag: number, item: Item): void {
  item.returned = false
  flight.items.set(tag, item)
  flight.bytes += sizeOf(item)
}

/** Lets an item of the flight wait outside of the window. */
export function exempt(flight: Flight, item: Item): void {
  item.stuck = true
  flight.stuck++
  flight.bytes -= sizeOf(item)
}

function release(flight: Flight, item: Item): void {
  if (item.stuck) flight.stuck--
  else flight.bytes -= sizeOf(item)
  item.stuck = false
}

/** Where a publication goes. */
export function destinationOf({ exchange, routingKey }: Pick<Publication, 'exchange' | 'routingKey'>): string {
  return `${exchange}\n${routingKey}`
}

/** The item that a basic.return is about. It bears no tag, but comes before its ack and in the order of sending. */
export function returnedItem(
  flight: Flight,
  fields: { exchange: string; routingKey: string },
  properties: { messageId?: unknown; headers?: Readonly<Record<string, unknown>> | undefined },
): Item | undefined {
  for (const item of flight.items.values()) {
    const { publication } = item
    if (item.returned || publication.messageId !== properties.messageId) continue
    if (publication.exchange !== fields.exchange || publication.routingKey !== fields.routingKey) continue
    if (Object.entries(publication.headers).every(([name, value]) => properties.headers?.[name] === value)) return item
  }
  return undefined
}

/** The same bytes as amqplib wants them. */
export function asBuffer(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
