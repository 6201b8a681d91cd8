import { createHash } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import { type SftpClient, sftpListen, sftpSource } from '../../adapters/sftp/server/options.ts'
import type { ClientConfig, FormatConfig, Project, RouteConfig, SourceConfig } from '../../config/project.ts'
import { type About, about, addressAt, type Reach } from './about.ts'
import { type FileForm, fileForm, type Writer } from './file-form.ts'

/** How a client logs in by SFTP, and what bounds it. */
export interface SftpAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Empty where the gateway makes them at its first start, which is still to come. */
  readonly hostKeys: Reach['hostKeys']
  readonly keys: readonly { readonly type: string; readonly fingerprint: string; readonly comment: string }[]
  readonly password: boolean
  readonly allow: SftpClient['allow']
  readonly quota: SftpClient['quota']
  readonly idleTimeoutMs: number
}

/** A folder of the client. */
export interface Folder extends About {
  readonly folder: string
  /** What says that an upload is whole; absent where the client fetches. */
  readonly commit?: 'close' | 'rename' | 'done-file'
  /** What becomes of the other records where some are bad; absent where a file is one message. */
  readonly rejects?: 'go-on' | 'stop' | 'all-or-nothing'
  /** Where receipts and rejects of the folder's files lie. */
  readonly receipts?: string
  readonly form: FileForm
  /** How files are packed: gzip, zip, tar or tar.gz. */
  readonly packed?: NonNullable<SourceConfig['unpack']>
}

export function sftpAccess({ listen }: Project, { name, sftp }: Logged, { host, hostKeys }: Reach): SftpAccess {
  const { address, idleTimeoutMs } = sftpListen(listen.sftp)
  const reached = addressAt(address, host)
  return {
    host: reached.slice(0, reached.lastIndexOf(':')),
    port: Number(reached.slice(reached.lastIndexOf(':') + 1)),
    user: name,
    hostKeys,
    keys: (sftp.keys ?? []).map(keyOf),
    password: sftp.password !== undefined,
    allow: sftp.allow,
    quota: sftp.quota,
    idleTimeoutMs,
  }
}

type Logged = Pick<ClientConfig, 'name'> & { readonly sftp: SftpClient }

function keyOf(line: string) {
  const [type = '', data = '', ...comment] = line.split(' ')
  const hash = createHash('sha256').update(Buffer.from(data, 'base64')).digest('base64').replace(/=+$/, '')
  return { type, fingerprint: `SHA256:${hash}`, comment: comment.join(' ') }
}

/** The folders that a client uploads into. */
export function uploadFolders(project: Project, { name }: ClientConfig): readonly Folder[] {
  const found = Object.values(project.routes).flatMap(route =>
    route.from
      .filter(({ adapter, options }) => adapter === 'sftp' && sftpSource(options).client === name)
      .map(source => ({ route, source })),
  )
  return found.map(({ route, source }) => {
    const { folder, commit } = sftpSource(source.options)
    const own = clean(folder)
    // As adapters/sftp/server/desk.ts lays them.
    const below = found.length > 1 ? `/${own}` : ''
    return {
      folder: own,
      commit,
      ...splitOf(route),
      receipts: below,
      ...packedOf(source),
      ...about(route),
      form: formOf(project, source.formats, 'theirs'),
    }
  })
}

function packedOf({ unpack }: SourceConfig) {
  return unpack === undefined ? {} : { packed: unpack }
}

function splitOf({ split }: RouteConfig) {
  return split ? { rejects: split.rejects } : {}
}

function clean(folder: string): string {
  return folder
    .split('/')
    .filter(part => part !== '')
    .join('/')
}

/** The folders of a client that the project's systems write into. */
export function fetchFolders(project: Project, { name }: ClientConfig): readonly Folder[] {
  const root = join(resolve(project.dir, project.store.path), 'sftp', name)
  return Object.values(project.systems).flatMap(system => {
    const folder = folderOf(system.options)
    if (system.adapter !== 'file' || folder === undefined) return []
    const below = relative(root, resolve(project.dir, folder))
    if (below === '' || below.startsWith('..')) return []
    const { description, owner } = system
    return [
      {
        ...{ folder: below, route: system.name, form: formOf(project, system.format ? [system.format] : [], 'ours') },
        ...{ ...(description !== undefined && { description }), ...(owner !== undefined && { owner }) },
      },
    ]
  })
}

function folderOf(options: unknown): string | undefined {
  const found = typeof options === 'object' && options !== null && 'folder' in options ? options.folder : undefined
  return typeof found === 'string' ? found : undefined
}

function formOf(project: Project, [first]: readonly FormatConfig[], writer: Writer): FileForm {
  return fileForm(project, first ?? { kind: 'json', value: {}, path: [] }, writer)
}
