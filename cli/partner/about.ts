import type { RouteConfig } from '../../config/project.ts'

/** What a source is for, and who answers for it. */
export interface About {
  readonly route: string
  readonly description?: string
  readonly owner?: string
}

/** How the gateway is reached, where that is not what the config says, and the host keys that are known. */
export interface Reach {
  readonly host?: string
  readonly hostKeys: readonly { readonly type: string; readonly fingerprint: string }[]
}

/** A listen address with another host, where one is told. */
export function addressAt(address: string, host: string | undefined): string {
  if (host === undefined) return address
  return `${host}:${address.slice(address.lastIndexOf(':') + 1)}`
}

/** What a route says of itself. */
export function about({ name, description, owner }: RouteConfig): About {
  return { route: name, ...(description !== undefined && { description }), ...(owner !== undefined && { owner }) }
}
