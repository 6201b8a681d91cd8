import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastingPort } from '../support/port.ts'
import { makeKey, type SftpCaller, type SftpPlace, type SftpStep } from '../support/sftp-clients.ts'
import { until } from '../support/until.ts'
import { ROW } from './file-rig.ts'
import { type Rig, type RigOptions, startRig } from './rig.ts'

/** A gateway that is killed while its client uploads: into `in`, by CLOSE, and into `renamed`, by rename. */
export interface SftpRig {
  readonly rig: Rig
  readonly place: SftpPlace
  /** Writes a file of the client; its path. */
  file(name: string, content: string): string
  /** Names below a folder of the client on the gateway's disk. */
  there(folder: string): readonly string[]
  /** What a file of the client on the gateway's disk has. */
  read(path: string): string
  /** The receipt of an upload, once its message is settled. */
  receipt(name: string): Promise<FileReceipt>
  /** Does the steps again and again, as a sender does that saw no good end. */
  send(client: SftpCaller, steps: readonly SftpStep[]): Promise<unknown>
  stop(): Promise<void>
}

export interface FileReceipt {
  readonly state: string
  readonly id?: string
  readonly version: number
  readonly records?: unknown
  readonly rejects?: string
  readonly error?: { readonly code: string; readonly detail: string }
}

const route = (name: string, folder: string, commit: string) => `  ${name}:
    from: { sftp: { client: acme, folder: ${folder}, commit: ${commit} }, format: csv }
    split: { each: record }
    key: body.id
    transform: { map: row }
    to: shelf
`

/** Starts it; remember to stop it. */
export async function startSftpRig(options: Partial<RigOptions> = {}): Promise<SftpRig> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-sftp-chaos-'))
  const key = join(dir, 'key')
  const [line, port] = [makeKey(key), await lastingPort()]
  const rig = await startRig({
    targets: ['shelf'],
    listen: `, sftp: { address: '127.0.0.1:${port}', triesPerMinute: 1000 }`,
    more: `${route('uploads', 'in', 'close')}${route('renamed', 'renamed', 'rename')}${ROW}`,
    files: { 'clients.yaml': `acme: { scopes: ['*'], sftp: { keys: ['${line}'] } }\n` },
    ...options,
  })
  const place = { host: '127.0.0.1', port, user: 'acme', key }
  const store = options.storePath ?? join(rig.gateway.dir, 'data')
  const inside = (path: string) => join(store, 'sftp/acme', path)
  return {
    rig,
    place,
    file(name, content) {
      writeFileSync(join(dir, name), content)
      return join(dir, name)
    },
    there: folder => (existsSync(inside(folder)) ? readdirSync(inside(folder)).sort() : []),
    read: path => readFileSync(inside(path), 'utf8'),
    receipt: name =>
      until(`the receipt of ${name}`, () => {
        const path = inside(`receipts/${name}.receipt.json`)
        const receipt: FileReceipt | undefined = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
        return receipt && receipt.state !== 'accepted' && receipt
      }),
    send: (client, steps) => until('the upload ends well', async () => (await client.run(place, steps)).code === 0, 60_000),
    async stop() {
      await rig.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
