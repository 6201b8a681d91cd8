import { expect } from 'chai'
import { adapters } from '../../../adapters/registry.ts'
import { checkNames } from '../../../config/check-names.ts'
import { load, START } from '../../config/temporary-project.ts'

const KEY = `'ssh-ed25519 ${'A'.repeat(68)}'`

function faultsOf(clients: string, source: string): readonly string[] {
  const project = load({
    'waybill.yaml': `${START}clients:\n${clients}routes:\n  orders:\n    from: { sftp: ${source} }\n    to: warehouse\n`,
  })
  checkNames(project, { adapters })
  return project.faults.list().map(({ code, message }) => `${code} ${message}`)
}

describe('the config of the SFTP server', () => {
  const acme = `  acme: { scopes: ['*'], sftp: { keys: [${KEY}] } }\n`

  it('takes a source of a client that logs in by SFTP, and a client without an API key', () => {
    expect(faultsOf(acme, '{ client: acme, folder: orders }')).to.deep.equal([])
  })

  it('tells a client that is none, and one that cannot log in', () => {
    expect(faultsOf(acme, '{ client: acne, folder: orders }'))
      .to.have.length(1)
      .and.have.nested.property('[0]')
      .that.contains('did you mean "acme"')
    const other = `  acme: { scopes: ['*'], key: 'sha256:${'0'.repeat(64)}' }\n`
    expect(faultsOf(other, '{ client: acme, folder: orders }')).to.have.length(1).and.have.nested.property('[0]').that.contains('no "sftp"')
  })

  it('tells a client that cannot show who it is', () => {
    expect(faultsOf(`${acme}  nobody: { scopes: ['*'] }\n`, '{ client: acme, folder: orders }')[0]).to.contain('"key" or "sftp"')
    expect(faultsOf("  acme: { scopes: ['*'], sftp: { allow: [upload] } }\n", '{ client: acme, folder: orders }')[0]).to.contain(
      '"keys" or "password"',
    )
  })

  it('refuses folders that leave the client’s own, or are those of receipts', () => {
    for (const folder of ['../other', 'a/../../b', 'receipts', '/rejects/x']) {
      expect(faultsOf(acme, `{ client: acme, folder: '${folder}' }`)[0], folder).to.match(/^WRONG_VALUE/)
    }
  })
})
