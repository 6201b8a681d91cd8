import { resolve } from 'node:path'
import { suggestion } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import { CommandError, type CommandSpec, exit, type Given, optionText } from '../command.ts'
import { prettyJson } from '../pretty-json.ts'
import { examineProject, tellFaults } from '../project.ts'

/** `waybill partner CLIENT`: what a client must know to send to us, as a page to hand out. */
export const partner: CommandSpec = {
  name: 'partner',
  summary: 'a page for a client: how to connect, what to send, what the receipts mean',
  args: '<client>',
  options: [['--host <host>', 'the name that clients reach the gateway by; the config knows only where it listens']],
  async run(given) {
    const project = await examineProject({ ...given, brokerPlayed: true })
    if (project.faults.count > 0) {
      tellFaults(project, given)
      return exit.found
    }
    const client = clientOf(project, given)
    const [{ partnerSheet }, { sheetMarkdown }] = await Promise.all([import('../partner/sheet.ts'), import('../partner/markdown.ts')])
    const host = optionText(given, 'host')
    if (host === undefined)
      given.terminal.note('The config knows only where the gateway listens; --host says by which name clients reach it.')
    const sheet = partnerSheet(project, client, {
      ...(host !== undefined && { host }),
      hostKeys: client.sftp ? await hostKeys(project) : [],
    })
    if (given.json) given.terminal.print(prettyJson(sheet))
    else given.terminal.print(sheetMarkdown(sheet).join('\n'))
    return exit.good
  },
}

function clientOf({ clients }: Project, { args: [name = ''] }: Given) {
  const found = clients[name]
  if (found) return found
  throw new CommandError(exit.usage, `the project has no client "${name}"${suggestion(name, Object.keys(clients))}`)
}

async function hostKeys({ dir, listen, store }: Project) {
  const [{ knownHostKeys }, { loadSsh }, { sftpListen }] = await Promise.all([
    import('../../adapters/sftp/server/host-keys.ts'),
    import('../../adapters/sftp/server/ssh.ts'),
    import('../../adapters/sftp/server/options.ts'),
  ])
  const keys = await knownHostKeys(await loadSsh(), resolve(dir, store.path), sftpListen(listen.sftp).hostKeys)
  return keys.map(({ type, fingerprint }) => ({ type, fingerprint }))
}
