import type { ClientConfig, Project, RouteConfig, SourceConfig } from '../../config/project.ts'
import { type About, about, addressAt, type Reach } from './about.ts'
import { type Folder, fetchFolders, type SftpAccess, sftpAccess, uploadFolders } from './files.ts'

/** What a client of a project must know to use it. */
export interface PartnerSheet {
  readonly project: string
  readonly client: string
  readonly owner?: string
  readonly sftp?: SftpAccess & { readonly folders: readonly Folder[]; readonly results: readonly Folder[] }
  readonly http?: HttpAccess
}

/** How a client calls by HTTP. */
export interface HttpAccess {
  readonly address: string
  /** It has an API key. */
  readonly keyed: boolean
  readonly sources: readonly HttpSource[]
}

export interface HttpSource extends About {
  /** `rest POST /v1/orders` */
  readonly source: string
  readonly schema?: string
  /** Only who shows a key of this client may use it. */
  readonly needsKey: boolean
}

/** The sheet of a client of a project without faults; what the client has no part in is not on it. */
export function partnerSheet(project: Project, client: ClientConfig, reach: Reach): PartnerSheet {
  const sources = sourcesFor(project, client)
  const http = sources.filter(({ source: { adapter } }) => adapter === 'rest' || adapter === 'soap')
  const sftp = client.sftp && sftpAccess(project, { ...client, sftp: client.sftp }, reach)
  return {
    project: project.name,
    client: client.name,
    ...(client.owner !== undefined && { owner: client.owner }),
    ...(sftp && { sftp: { ...sftp, folders: uploadFolders(project, client), results: fetchFolders(project, client) } }),
    ...(http.length > 0 && { http: httpAccess(project, client, { http, host: reach.host }) }),
  }
}

interface Found {
  readonly route: RouteConfig
  readonly source: SourceConfig
}

function sourcesFor({ routes }: Project, { name, scopes }: ClientConfig): readonly Found[] {
  return Object.values(routes).flatMap(route =>
    route.from
      .filter(source => source.client === name || (source.client === undefined && scopes.some(one => one === '*' || one === route.name)))
      .map(source => ({ route, source })),
  )
}

function httpAccess(
  { listen }: Project,
  client: ClientConfig,
  { http, host }: { readonly http: readonly Found[]; readonly host: string | undefined },
): HttpAccess {
  return {
    address: `${listen.tls ? 'https' : 'http'}://${addressAt(listen.http, host)}`,
    keyed: client.keyHashes.length > 0,
    sources: http.map(({ route, source }) => ({
      ...{ source: source.name, ...about(route), needsKey: source.client !== undefined },
      ...(source.schema !== undefined && { schema: source.schema }),
    })),
  }
}
