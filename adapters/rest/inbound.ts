import type { Gateway, Inbound } from '../../gateway/ports.ts'
import type { InboundContext, SourceBinding } from '../adapter.ts'
import { createIdentify, type Identify } from '../http/clients.ts'
import type { HttpEntry } from '../http/listener.ts'
import { openApiEntry } from './openapi/endpoint.ts'
import { createReceiptEndpoint, createReceiptsEndpoint } from './receipts.ts'
import { createSourceEndpoint } from './source.ts'
import { restSource } from './source-options.ts'

/** All REST sources of a project, their description and the receipts, served by its HTTP listener. */
export function createRestInbound(
  sources: readonly SourceBinding[],
  { project, clients, http, formats }: Pick<InboundContext, 'project' | 'clients' | 'http' | 'formats'>,
): Inbound {
  return {
    async start(gateway) {
      const identify = createIdentify(clients)
      http.add(sources.map(binding => sourceEntry(binding, { gateway, identify, memory: http.memory, formats: formats(binding) })))
      http.add([openApiEntry(sources, identify, { project, formats })])
      http.add(receiptEntries(gateway, identify, Object.keys(clients).length > 0))
    },
    // The listener takes nothing new, and waits for what runs.
    async stop() {},
  }
}

function sourceEntry(binding: SourceBinding, parts: Parameters<typeof createSourceEndpoint>[1]): HttpEntry {
  const limits = restSource(binding.source.options)
  const { method, path } = limits
  return { methods: [method], path, limits, withinMs: binding.route.reply?.withinMs ?? 0, endpoint: createSourceEndpoint(binding, parts) }
}

function receiptEntries({ receipts }: Gateway, identify: Identify, hasClients: boolean): HttpEntry[] {
  return [
    { methods: ['GET', 'HEAD'], path: '/receipts/:id', endpoint: createReceiptEndpoint(receipts, identify, hasClients) },
    { methods: ['GET', 'HEAD'], path: '/receipts', endpoint: createReceiptsEndpoint(receipts, identify, hasClients) },
  ]
}
