import type { SystemConfig } from '../../../config/project.ts'
import { connect } from './connect.ts'
import { serverOf } from './inbound.ts'
import type { SftpSystem } from './options.ts'

/** Logs in to a system with `sftp`, and out again; rejects with what is wrong. */
export async function tryServer({ name, options, auth }: SystemConfig): Promise<void> {
  const line = await connect(serverOf(name, options as SftpSystem, auth), new AbortController().signal)
  line.close()
}
