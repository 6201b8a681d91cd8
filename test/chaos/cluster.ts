import { connect, createServer, type Server } from 'node:net'
import { lastingPort } from '../support/port.ts'
import { type RabbitNode, startNode } from '../support/rabbitmq-node.ts'

/** Three nodes that are one broker, behind one address, as a load balancer has it. */
export interface Cluster {
  readonly nodes: readonly RabbitNode[]
  /** An AMQP URL that leads to the first node that takes connections. */
  readonly url: string
  remove(): Promise<void>
}

/** Starts three nodes and joins them; remember to remove it. */
export async function startCluster(bin: string): Promise<Cluster> {
  const options = { cookie: 'WAYBILLCHAOS', epmdPort: await lastingPort() }
  const first = await startNode(bin, options)
  const others = await Promise.all([startNode(bin, options), startNode(bin, options)])
  for (const node of others) {
    for (const args of [['stop_app'], ['reset'], ['join_cluster', first.name], ['start_app']]) await node.ctl(...args)
  }
  const nodes = [first, ...others]
  const { server, port } = await startBalancer(nodes.map(node => node.port))
  return {
    nodes,
    url: `amqp://guest:guest@127.0.0.1:${port}/w1`,
    async remove() {
      server.close()
      // The first one last: its epmd is everybody's.
      for (const node of [...nodes].reverse()) await node.remove()
    },
  }
}

async function startBalancer(ports: readonly number[]): Promise<{ server: Server; port: number }> {
  const server = createServer(client => {
    client.on('error', () => {})
    const attempt = ([next, ...rest]: readonly number[]) => {
      if (next === undefined) return client.destroy()
      const node = connect(next, '127.0.0.1')
      node.once('error', () => attempt(rest))
      node.once('connect', () => {
        node.removeAllListeners('error')
        node.on('error', () => client.destroy()).on('close', () => client.destroy())
        client.on('close', () => node.destroy())
        client.pipe(node).pipe(client)
      })
    }
    attempt(ports)
  })
  const port = await lastingPort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return { server, port }
}
