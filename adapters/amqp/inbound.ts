import type { Gateway, Inbound } from '../../gateway/ports.ts'
import { type Connection, createConnection } from '../../gateway/queue/rabbitmq/connection.ts'
import { createPublisher, type Publisher } from '../../gateway/queue/rabbitmq/publisher.ts'
import { bytesFormat } from '../../transformers/formats/bytes.ts'
import { jsonFormat } from '../../transformers/formats/json.ts'
import type { AdapterContext, InboundContext, SourceBinding } from '../adapter.ts'
import { createAnswerer } from './answerer.ts'
import { type Broker, brokerName, brokerOf } from './broker.ts'
import { createFeed, type Feed, type FeedOptions } from './feed.ts'
import { type SourceOptions, sourceOf } from './options.ts'
import { createAccepter, createCarrier, type Taker } from './take.ts'

// A broker that is away must not hold the gateway's start up.
const START_MS = 1_000

/** Consumes all AMQP sources of a project: a connection for each broker, a channel for each queue. `start` resolves also where a broker is away, and rejects with CONFIG_INVALID where a source has no broker at all. */
export function createInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound {
  const feeds: Feed[] = []
  const publishers = new Map<string, Publisher>()
  let connections: readonly Connection[] = []
  let stopped: Promise<void> | undefined

  async function start(gateway: Gateway): Promise<void> {
    const places = sources.map(binding => located(binding, context))
    const urls = [...new Set(places.map(one => one.broker.url))]
    const lines = urls.map(url => {
      const group = places.filter(one => one.broker.url === url)
      const fed = group.map(one => createFeed(feedOptions(one, context), signal => entrance(one, gateway, signal)))
      feeds.push(...fed)
      return connectTo(url, fed, context)
    })
    connections = lines.map(line => line.connection)
    await Promise.all(lines.map(line => line.tried))
  }

  function entrance({ binding, broker }: Located, gateway: Gateway, signal: AbortSignal): Taker {
    if (!binding.route.reply) return (broker.own ? createCarrier : createAccepter)(gateway, signal)
    const publisher = publishers.get(broker.url) ?? publisherOf(broker, context)
    publishers.set(broker.url, publisher)
    return createAnswerer({ gateway, publisher, ownPrefix: `waybill.${context.project.name}.`, log: context.log }, signal)
  }

  async function stop(): Promise<void> {
    await Promise.all(feeds.map(feed => feed.stop()))
    await Promise.all([...publishers.values()].map(publisher => publisher.close()))
    await Promise.all(connections.map(connection => connection.close()))
  }

  return {
    start,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

interface Located {
  readonly binding: SourceBinding
  readonly options: SourceOptions
  readonly broker: Broker
}

function located(binding: SourceBinding, context: AdapterContext): Located {
  const options = sourceOf(binding.source.options)
  return {
    binding,
    options,
    broker: brokerOf(`source ${binding.source.name} of route ${binding.route.name}`, options.url, context.brokerUrl),
  }
}

function publisherOf({ url }: Broker, { project, log }: AdapterContext): Publisher {
  return createPublisher({ url, name: `waybill ${project.name} answers`, log })
}

function feedOptions({ binding, options, broker }: Located, { log, formats }: InboundContext): FeedOptions {
  const { route, index, source } = binding
  const { queue, prefetch, maxBodyBytes, exchange, bindingKey = '' } = options
  const format = formats(binding)[0]?.request ?? jsonFormat
  const place = broker.own ? queue : `${queue}@${brokerName(broker.url)}`
  return {
    queue,
    prefetch,
    declare: options.declare ?? broker.own,
    ...(exchange !== undefined && { binding: { exchange, keys: [bindingKey].flat(), arguments: options.arguments ?? {} } }),
    origin: {
      route: route.name,
      sourceIndex: index,
      source: source.name,
      ...(source.client !== undefined && { client: source.client }),
      identityPrefix: `amqp:${place}:`,
      contentType: format.contentType,
      readable: format !== bytesFormat,
      maxBodyBytes,
    },
    log,
  }
}

function connectTo(
  url: string,
  feeds: readonly Feed[],
  { project, log }: AdapterContext,
): { connection: Connection; tried: Promise<void> } {
  let connected = () => {}
  const tried = new Promise<void>(resolve => {
    connected = resolve
    setTimeout(resolve, START_MS)
  })
  const connection = createConnection({
    url,
    name: `waybill ${project.name} sources`,
    log,
    async setUp(amqp, signal) {
      await Promise.all(feeds.map(feed => feed.attach(amqp, signal)))
      connected()
    },
  })
  return { connection, tried }
}
