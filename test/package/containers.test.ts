import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { main } from '../../cli/main.ts'
import { recorder } from '../cli/terminal.ts'
import { root } from '../support/root.ts'

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[]; readonly healthcheck?: unknown }>>
  readonly configs: { readonly project: { readonly content: string } }
}

/** No container engine is needed here: what the files say is compared with what there is. */
describe('the container files', () => {
  const compose: Compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'))
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const dir = mkdtempSync(join(tmpdir(), 'waybill-compose-'))
  after(() => rmSync(dir, { recursive: true }))

  it('run the example with a config that has no faults', async () => {
    cpSync(join(root, 'examples', 'order-fulfilment'), dir, { recursive: true, filter: path => !path.endsWith('/data') })
    writeFileSync(join(dir, 'waybill.yaml'), compose.configs.project.content.replaceAll('$$', '$'))
    const terminal = recorder(dir, { RABBITMQ_URL: 'amqp://waybill:waybill@rabbitmq:5672' })
    expect(await main(['check'], terminal), terminal.printed.join('\n')).to.equal(0)
  })

  it('give every service but the gateway, whose image has one, a health check', () => {
    const without = Object.entries(compose.services).filter(([, { healthcheck }]) => healthcheck === undefined)
    expect(without.map(([name]) => name)).to.deep.equal(['gateway'])
    expect(dockerfile).to.match(/^HEALTHCHECK .*\n.*127\.0\.0\.1:8081\/health\/live/m)
  })

  it('start commands that the command line knows', async () => {
    for (const [command = ''] of [compose.services.gateway?.command ?? [], JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]')]) {
      expect(await main([command, '--help'], recorder(dir))).to.equal(0)
    }
  })
})
