import type { Adapter } from './adapter.ts'
import { amqp } from './amqp/index.ts'
import { file } from './file/index.ts'
import { rest } from './rest/index.ts'
import { sftp } from './sftp/index.ts'
import { soap } from './soap/index.ts'

/** Every protocol that Waybill speaks, by its key in YAML. To add one: a folder, and one line here. */
export const adapters: Readonly<Record<string, Adapter>> = { rest, soap, amqp, file, sftp }
