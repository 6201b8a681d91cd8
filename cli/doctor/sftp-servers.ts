import { GatewayError } from '../../gateway/errors.ts'
import { listed } from '../words.ts'
import { type Finding, ill, type Patient, well } from './finding.ts'

/** Whether the SFTP servers of others let the gateway in; a host key that is not pinned yet is told with what to pin. */
export async function sftpServers({ project }: Patient): Promise<Finding> {
  const systems = Object.values(project.systems).filter(({ adapter, options }) => adapter === 'sftp' && options !== undefined)
  if (systems.length === 0) return well('sftp', 'no system is an SFTP server')
  const { tryServer } = await import('../../adapters/sftp/client/try-server.ts')
  const faults = (await Promise.all(systems.map(system => faultOf(tryServer(system))))).filter(fault => fault !== undefined)
  if (faults.length === 0)
    return well('sftp', `${listed(systems.map(({ name }) => name))} ${systems.length > 1 ? 'let' : 'lets'} the gateway in`)
  return ill('sftp', faults.join('; '), 'mend hostKey, auth or the address of the system, or ask its owner')
}

async function faultOf(trial: Promise<void>): Promise<string | undefined> {
  try {
    await trial
    return undefined
  } catch (error) {
    return error instanceof GatewayError ? error.detail : String(error)
  }
}
