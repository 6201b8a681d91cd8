import { join } from 'node:path'
import { expect } from 'chai'
import { examineProject } from '../../cli/project.ts'
import { readyLines } from '../../cli/ready.ts'
import { root } from '../support/root.ts'
import { recorder } from './terminal.ts'

/** What is said of an example that runs. */
async function saidOf(example: string): Promise<string> {
  const dir = join(root, 'examples', example)
  const terminal = recorder(dir)
  const project = await examineProject({ dir, terminal, brokerPlayed: true })
  const addresses = { http: '127.0.0.1:8080', admin: '127.0.0.1:8081' }
  return (await readyLines({ project, standIns: true, addresses, tookMs: 1 }, { terminal })).join('\n')
}

describe('what is said when the gateway is ready', () => {
  it('names the SFTP server, and where the receipts of `done` come from', async () => {
    const said = await saidOf('erp-batch')
    expect(said).to.contain('files come in by SFTP at 127.0.0.1:2222')
    expect(said).to.match(/^ {2}orders\.done +receipts of orders +erp-results$/m)
  })

  it('names no SFTP server where nobody uploads', async () => {
    expect(await saidOf('nightly-export')).not.to.contain('SFTP')
  })
})
