import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProject, type TestGateway } from '../../support/gateway.ts'
import { lastingPort } from '../../support/port.ts'
import { makeKey, type SftpPlace } from '../../support/sftp-clients.ts'
import { startTarget, type Target } from '../../support/target.ts'
import { until } from '../../support/until.ts'

/** A gateway whose clients upload by SFTP, the target that it sends to, and a client's files. */
export interface SftpGateway {
  readonly gateway: TestGateway
  readonly target: Target
  readonly place: SftpPlace
  /** Writes a file of the client; its path. */
  file(name: string, content: string | Uint8Array): string
  /** A file in the client's folder on the gateway's disk. */
  there(path: string): string
  /** What the client reads in a receipt, once it says so. */
  receipt(name: string, when?: (receipt: Receipt) => boolean): Promise<Receipt>
  hasReceipt(name: string): boolean
  /** Starts the gateway again after it was ended. */
  again(environment?: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
}

export interface Receipt {
  readonly state: string
  readonly id?: string
  readonly version: number
  readonly sha256?: string
  readonly records?: Readonly<Record<string, unknown>>
  readonly rejects?: string
  readonly error?: { readonly code: string; readonly detail: string }
}

export interface SftpGatewayOptions {
  /** What stands in `listen.sftp` beside the address, in the client's `sftp` beside its key, and in waybill.yaml besides. */
  readonly listen?: string
  readonly client?: string
  readonly more?: string
}

/** Starts one: folder `orders` commits by close, `renamed` by rename, `done` by done-file; their files go to the target as they are. */
export async function startSftp({ listen = '', client = '', more = '' }: SftpGatewayOptions = {}): Promise<SftpGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-sftp-'))
  const key = join(dir, 'key')
  const [line, target, port] = [makeKey(key), await startTarget(), await lastingPort()]
  const files = { 'waybill.yaml': project({ line, port, url: target.url, listen, client, more }) }
  let gateway = await startProject({ files })
  const folder = () => join(gateway.dir, 'data/sftp/acme')
  const read = (name: string): Receipt | undefined => {
    const path = join(folder(), 'receipts', `${name}.receipt.json`)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  return {
    get gateway() {
      return gateway
    },
    target,
    place: { host: '127.0.0.1', port, user: 'acme', key },
    file(name, content) {
      writeFileSync(join(dir, name), content)
      return join(dir, name)
    },
    there: path => join(folder(), path),
    receipt: (name, when = () => true) =>
      until(`the receipt of ${name}`, () => {
        const receipt = read(name)
        return receipt && when(receipt) ? receipt : undefined
      }),
    hasReceipt: name => read(name) !== undefined,
    async again(environment = {}) {
      gateway = await gateway.again(environment)
    },
    async stop() {
      await gateway.end()
      await target.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

interface ProjectParts {
  readonly line: string
  readonly port: number
  readonly url: string
  readonly listen: string
  readonly client: string
  readonly more: string
}

function project({ line, port, url, listen, client, more }: ProjectParts): string {
  const route = (folder: string, commit: string) => `  ${folder}:
    from: { sftp: { client: acme, folder: ${folder}, commit: ${commit} }, format: bytes }
    to: { system: warehouse, retry: { delays: [1s] } }
`
  return `waybill: 1
name: sftp
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0', sftp: { address: '127.0.0.1:${port}', ${listen} } }
clients:
  acme: { scopes: ['*'], sftp: { keys: ['${line}'], ${client} } }
systems:
  warehouse: { rest: { url: '${url}' } }
routes:
${route('orders', 'close')}${route('renamed', 'rename')}${route('done', 'done-file')}${more}`
}

/** The bytes of a file on the gateway's disk; 0 where it is not there. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
