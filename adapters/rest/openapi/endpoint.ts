import type { ClientConfig } from '../../../config/project.ts'
import { GatewayError } from '../../../gateway/errors.ts'
import type { SourceBinding } from '../../adapter.ts'
import { admit, type Identify } from '../../http/clients.ts'
import type { HttpEntry } from '../../http/listener.ts'
import { respondJson } from '../../http/respond.ts'
import { requireJsonAccepted } from '../negotiate.ts'
import { openApiOf } from './document.ts'
import type { Describing } from './operation.ts'

/** `GET /openapi.json`: the sources that the caller may use. Where it may use none of them it hears what they would tell it. */
export function openApiEntry(sources: readonly SourceBinding[], identify: Identify, describing: Omit<Describing, 'components'>): HttpEntry {
  const made = new Map<string, unknown>()
  return {
    methods: ['GET', 'HEAD'],
    path: '/openapi.json',
    yields: true,
    async endpoint(exchange) {
      const { headers } = exchange.req
      requireJsonAccepted(headers.accept)
      const client = identify(headers)
      const name = client?.name ?? ''
      if (!made.has(name)) made.set(name, openApiOf(openTo(client, sources), describing))
      respondJson(exchange, made.get(name))
    },
  }
}

function openTo(client: ClientConfig | undefined, sources: readonly SourceBinding[]): readonly SourceBinding[] {
  const refusals: GatewayError[] = []
  const open = sources.filter(({ route, source }) => {
    try {
      admit(client, route.name, source.client)
      return true
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      refusals.push(error)
      return false
    }
  })
  const [refusal] = refusals
  if (refusal && open.length === 0) throw refusal
  return open
}
