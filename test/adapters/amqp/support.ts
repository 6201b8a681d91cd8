import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { connect } from 'amqplib'
import type { InboundContext, SourceBinding } from '../../../adapters/adapter.ts'
import { sourceObject } from '../../../adapters/amqp/options.ts'
import { createHttpListener } from '../../../adapters/http/listener.ts'
import type { Project, RouteConfig } from '../../../config/project.ts'
import { silent } from '../../../gateway/log.ts'
import type { Message } from '../../../gateway/message.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import type { Delivery, Gateway, Receipt } from '../../../gateway/ports.ts'
import { storeOptions } from '../../../gateway/store/options.ts'
import type { Formats } from '../../../transformers/format.ts'
import { bytesFormat } from '../../../transformers/formats/bytes.ts'
import { jsonFormat } from '../../../transformers/formats/json.ts'
import { noBodies } from '../../support/bodies.ts'

/** What an adapter is given, with the gateway's own broker where there is one. */
export function contextWith(brokerUrl?: string): InboundContext {
  const project: Project = {
    dir: '/nowhere',
    name: 'test',
    listen: { http: '', admin: '' },
    queue: { kind: 'embedded' },
    store: resolveOptions(storeOptions, {}),
    defaults: { retry: { delaysMs: [], giveUpAfterMs: 0, jitter: 0 } },
    systems: {},
    routes: {},
    clients: {},
    mappings: {},
    tables: {},
    tests: [],
    version: '1',
    schema: () => undefined,
    place: () => ({ file: 'waybill.yaml', line: 1, column: 1 }),
    faults: { add: () => {}, count: 0, list: () => [] },
  }
  const http = createHttpListener(project, silent)
  return { project, clients: {}, log: silent, bodies: noBodies, http, formats: formatsOf, ...(brokerUrl !== undefined && { brokerUrl }) }
}

function formatsOf({ source }: SourceBinding): readonly Formats[] {
  const format = source.formats[0]?.kind === 'bytes' ? bytesFormat : jsonFormat
  return [{ request: format, reply: format }]
}

/** A source of the route `orders` with these AMQP options. */
export function sourceWith(given: Record<string, unknown>, format: 'json' | 'bytes' = 'json'): SourceBinding {
  const options = resolveOptions(sourceObject, given)
  const path = ['routes', 'orders', 'from', 0]
  const formats = [{ kind: format, value: {}, path }]
  const source = { adapter: 'amqp', name: `amqp ${options.queue}`, options, keys: {}, formats, transform: [], path }
  const route: RouteConfig = {
    name: 'orders',
    from: [source],
    transform: [],
    faults: [],
    to: { kind: 'list', targets: [] },
    path: ['routes', 'orders'],
  }
  return { route, index: 0, source }
}

/** A gateway that keeps what it got; give it other entrances to make it refuse. */
export interface RecordingGateway extends Gateway {
  readonly accepted: Message[]
  readonly carried: Message[]
  readonly buried: { readonly message: Message; readonly reason: unknown }[]
  /** Sizes of the batches that `accept` was called with. */
  readonly batches: number[]
}

/** Accepts, carries and buries everything at once, unless told otherwise. */
export function recordingGateway(entrances: Partial<Pick<Gateway, 'accept' | 'carry' | 'bury'>> = {}): RecordingGateway {
  const accepted: Message[] = []
  const carried: Message[] = []
  const buried: { message: Message; reason: unknown }[] = []
  const batches: number[] = []
  return {
    accepted,
    carried,
    buried,
    batches,
    async accept(messages) {
      batches.push(messages.length)
      const receipts = await entrances.accept?.(messages)
      accepted.push(...messages)
      return receipts ?? messages.map(({ id }): Receipt => ({ id, state: 'accepted', replayed: false }))
    },
    async carry(message) {
      await entrances.carry?.(message)
      carried.push(message)
    },
    bodies: noBodies,
    admit() {},
    positions: async sources => sources.map(() => undefined),
    async bury(message, reason) {
      await entrances.bury?.(message, reason)
      buried.push({ message, reason })
    },
    call: () => Promise.reject(new Error('not of this test')),
    takeOnce: async () => true,
    receipts: { receipt: async () => undefined, receipts: async () => ({ items: [] }), rejects: async () => ({ items: [] }) },
  }
}

/** A client beside the gateway: sends and looks. */
export interface Client {
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
  /** Declares a queue, durable and of type quorum. */
  queue(name: string): Promise<string>
  send(queue: string, body: string | Buffer, properties?: Record<string, unknown>): Promise<void>
  /** Messages ready in the queue. */
  ready(queue: string): Promise<number>
  close(): Promise<void>
}

/** Connects such a client. */
export async function connectClient(url: string): Promise<Client> {
  const connection = await connect(url)
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  return {
    connection,
    channel,
    async queue(name) {
      await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
      return name
    },
    send: (queue, body, properties = {}) =>
      new Promise((resolve, reject) => {
        channel.sendToQueue(queue, Buffer.from(body), { persistent: true, ...properties }, error => (error ? reject(error) : resolve()))
      }),
    ready: async queue => (await channel.checkQueue(queue)).messageCount,
    close: () => connection.close().catch(() => {}),
  }
}

/** A delivery of one order to the target `carrier`. */
export function deliveryOf(members: Partial<Delivery> = {}): Delivery {
  return {
    messageId: '01900000-0000-7000-8000-000000000001',
    entry: 'carrier',
    target: 'carrier',
    route: 'orders',
    source: 'rest POST /orders',
    correlationId: 'c-1',
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{"id":1}'),
    attempts: 0,
    replays: 0,
    acceptedAt: 0,
    ...members,
  }
}

let count = 0

/** A name that no other test uses. */
export function fresh(name: string): string {
  count += 1
  return `${name}-${process.pid}-${count}`
}
