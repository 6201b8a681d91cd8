import { expect } from 'chai'
import { adapters } from '../../../../adapters/registry.ts'
import { checkNames } from '../../../../config/check-names.ts'
import { load, START } from '../../../config/temporary-project.ts'

/** What is told of a source, beside the system `warehouse` by REST, and `bank` by SFTP with these options. */
function faultsOf(source: string, more = ''): readonly string[] {
  const bank = `  bank: { sftp: { host: h, user: u${more} } }\n`
  const project = load({ 'waybill.yaml': `${START}${bank}routes:\n  orders:\n    from: ${source}\n    to: warehouse\n` })
  checkNames(project, { adapters })
  return project.faults.list().map(({ code, message }) => `${code} ${message}`)
}

const polled = (more: string, system = 'bank') => faultsOf(`{ sftp: { system: ${system}, folder: out${more} } }`)

describe('the config of SFTP servers of others', () => {
  it('takes a source that looks into a folder, and keys that are pinned', () => {
    expect(polled(", files: ['*.csv', '*.xml'], cron: '0 6 * * 1-5', timeZone: Europe/Berlin, ready: age, after: keep")).to.deep.equal([])
    const pin = `SHA256:${'a'.repeat(43)}`
    for (const hostKey of [`'${pin}'`, `['${pin}', '${pin}']`])
      expect(faultsOf('{ rest: POST /orders }', `, hostKey: ${hostKey}, port: 2222`)).to.deep.equal([])
  })

  it('tells a system that is none, and one that is no SFTP server', () => {
    expect(polled('', 'bamk')[0]).to.match(/^UNKNOWN_NAME unknown system "bamk"; did you mean "bank"\?/)
    expect(polled('', 'warehouse')[0]).to.match(/^UNKNOWN_NAME system "warehouse" has no "sftp"/)
  })

  it('tells times that are none, of SFTP and of local folders', () => {
    expect(polled(", cron: '61 6 * * *'")[0]).to.match(/^WRONG_VALUE "61 6 \* \* \*" is no time/)
    expect(polled(", cron: '0 6 * * *', timeZone: Europe/Berlinn")[0]).to.match(/^WRONG_VALUE "Europe\/Berlinn" is no time zone/)
    expect(faultsOf("{ file: { folder: in, cron: 'every day' } }")[0]).to.match(/^WRONG_VALUE "every day" is no time/)
  })

  it('tells what belongs to the other form of a source, and pins that are none', () => {
    expect(polled(', every: 1m, commit: rename')[0]).to.match(/^UNKNOWN_KEY unknown key "commit"/)
    expect(faultsOf('{ sftp: { folder: out, files: x } }')[0]).to.match(/^MISSING .*"system"/)
    expect(faultsOf('{ rest: POST /orders }', ', hostKey: MD5:00')[0]).to.match(/^WRONG_VALUE/)
  })
})
