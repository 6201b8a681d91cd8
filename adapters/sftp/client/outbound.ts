import type { Outbound, Streaming } from '../../../gateway/ports.ts'
import type { AdapterContext, TargetOptions } from '../../adapter.ts'
import { createFileSender } from '../../files/sender.ts'
import { serverOf } from './inbound.ts'
import type { SftpSystem } from './options.ts'
import { shareLine } from './shared-line.ts'

/** Writes files to an SFTP server of others. All sends share one connection. */
export function createSftpOutbound(
  { name, options: value, auth }: TargetOptions,
  { bodies }: Pick<AdapterContext, 'bodies'>,
): Outbound & Streaming {
  const options = value as SftpSystem
  const shared = shareLine(serverOf(name, options, auth), options.idleMs)
  return createFileSender({
    name,
    options: { ...options, folder: '' },
    bodies,
    openPlace: signal => shared.place(options.folder, signal),
    close: async () => shared.close(),
  })
}
