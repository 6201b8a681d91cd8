import { silent } from '../../../gateway/log.ts'
import { createRabbitmqQueue } from '../../../gateway/queue/rabbitmq/queue.ts'
import { queueConformance } from '../../conformance/queue.ts'
import { rabbitmq } from '../../support/rabbitmq.ts'

queueConformance('RabbitMQ', async context => {
  const broker = await rabbitmq(context)
  const queue = createRabbitmqQueue({ url: await broker.vhost(), project: 'conformance', log: silent, abandoned: async () => {} })
  await queue.start(['a', 'b'])
  return { queue }
})
