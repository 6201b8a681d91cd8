import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const embedded = new URL('../../../gateway/queue/embedded.js', import.meta.url).href
const program = `
  const { createEmbeddedQueue } = await import(${JSON.stringify(embedded)})
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const queue = createEmbeddedQueue({ log })
  await queue.consume('a', async one => console.log(one.messageId), { inFlight: 1, lost: async () => {} })
  await queue.publish(['1', '2', '3', '4'].map(messageId => ({ delivery: { messageId, target: 'a' } })))
`

describe('the failpoints of the queue', () => {
  const cases = [
    { name: 'queue.publish:kill@2', seen: '', signal: 'SIGKILL' },
    { name: 'queue.ack:kill@3', seen: '1\n2\n3\n', signal: 'SIGKILL' },
    { name: '', seen: '1\n2\n3\n4\n', signal: null },
  ] as const
  for (const { name, seen, signal } of cases) {
    it(`${name === '' ? 'do nothing unless asked' : `end the process at ${name}`}`, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: { ...process.env, WAYBILL_FAILPOINT: name },
      })
      let output = ''
      child.stdout.on('data', chunk => {
        output += chunk
      })
      const [, ended] = await once(child, 'close')
      expect(ended).to.equal(signal)
      expect(output).to.equal(seen)
    })
  }
})
