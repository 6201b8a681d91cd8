import { suggestion } from '../../../config/faults.ts'
import type { Project, SourceConfig } from '../../../config/project.ts'
import { sftpSource } from './options.ts'

/** Tells a source whose client is none, or does not log in by SFTP. */
export function checkServerSource({ options, path }: SourceConfig, { clients, faults }: Project): void {
  if (options === undefined) return
  const { client: name } = sftpSource(options)
  if (name === undefined) return
  const at = [...path, 'sftp', 'client']
  const known = Object.values(clients).filter(client => client.sftp)
  const client = clients[name]
  if (!client)
    faults.add(
      'UNKNOWN_NAME',
      at,
      `unknown client "${name}"${suggestion(
        name,
        known.map(one => one.name),
      )}`,
    )
  else if (!client.sftp)
    faults.add('MISSING', at, `client "${name}" has no "sftp": it cannot log in`, { mend: 'give it sftp: { keys: [...] }' })
}
