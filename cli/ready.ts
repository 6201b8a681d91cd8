import { relative } from 'node:path'
import { sftpListen, sftpSource } from '../adapters/sftp/server/options.ts'
import type { Project, RouteConfig } from '../config/project.ts'
import { targetsOf } from '../gateway/admin/config-view.ts'
import type { Given } from './command.ts'
import { counted, listed, span, table } from './words.ts'

/** A gateway that runs. */
export interface Ready {
  readonly project: Project
  readonly standIns: boolean
  readonly addresses: { readonly http: string; readonly admin: string }
  readonly tookMs: number
}

/** What `waybill run` says once it does. */
export async function readyLines(
  { project, standIns, addresses, tookMs }: Ready,
  { terminal }: Pick<Given, 'terminal'>,
): Promise<string[]> {
  const { isPlayed } = await import('../adapters/stand-in/stand-in.ts')
  const routes = Object.values(project.routes)
  const scheme = project.listen.tls ? 'https' : 'http'
  const rows = routes.slice(0, 30).map(route => [route.name, fromWords(route), listed([...targetsOf(route.to)])])
  const played = Object.values(project.systems).filter(system => isPlayed(project, system))
  return [
    `${terminal.paint('bold', project.name)} is ready after ${span(tookMs)}: ${counted(routes.length, 'route')}, ${counted(Object.keys(project.systems).length, 'system')}`,
    `  messages come in at ${addresses.http.includes('://') ? addresses.http : `${scheme}://${addresses.http}`}`,
    ...(uploads(project) ? [`  files come in by SFTP at ${sftpListen(project.listen.sftp).address}`] : []),
    `  health, metrics and the waybill commands at ${addresses.admin}`,
    `  queue ${project.queue.kind}, store in ${relative(terminal.cwd, storeOf(project)) || '.'}`,
    ...(standIns ? [`  played by stand-ins: ${listed(played.map(({ name }) => name))}`] : []),
    ...table(['route', 'from', 'to'], rows).map(line => `  ${line}`),
    ...(routes.length > rows.length ? [`  and ${routes.length - rows.length} more`] : []),
    'Ctrl-C stops it.',
  ]
}

/** Its sources; a route without any is the `done` of another. */
function fromWords({ name, from }: RouteConfig): string {
  return from.length > 0 ? listed(from.map(source => source.name)) : `receipts of ${name.replace(/\.done$/, '')}`
}

function uploads({ routes, clients }: Project): boolean {
  const names = Object.values(routes).flatMap(({ from }) =>
    from.filter(({ adapter }) => adapter === 'sftp').map(({ options }) => sftpSource(options).client),
  )
  return names.some(name => clients[name]?.sftp)
}

function storeOf({ dir, store }: Project): string {
  const path = typeof store === 'object' && store !== null && 'path' in store ? String(store.path) : 'data'
  return path.startsWith('/') ? path : `${dir}/${path}`
}
