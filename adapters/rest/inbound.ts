import type { Gateway, Inbound } from '../../gateway/ports.ts'
import type { InboundContext, SourceBinding } from '../adapter.ts'
import { createIdentify, type Identify } from '../http/clients.ts'
import type { HttpEntry } from '../http/listener.ts'
import { createFormEndpoint } from './form-source.ts'
import { openApiEntry } from './openapi/endpoint.ts'
import { createReceiptEndpoint, createReceiptsEndpoint, createRejectsEndpoint } from './receipts.ts'
import { createSourceEndpoint, type SourceParts } from './source.ts'
import { restSource } from './source-options.ts'
import { inlineBytesOf, limitsOf } from './streaming.ts'

/** All REST sources of a project, their description and the receipts, served by its HTTP listener. */
export function createRestInbound(
  sources: readonly SourceBinding[],
  { project, clients, http, formats }: Pick<InboundContext, 'project' | 'clients' | 'http' | 'formats'>,
): Inbound {
  return {
    async start(gateway) {
      const identify = createIdentify(clients)
      http.add(
        sources.map(binding => {
          const own = formats(binding)
          const large = {
            memory: http.memory,
            bodies: gateway.bodies,
            admit: gateway.admit,
            inlineBytes: inlineBytesOf(binding, own, project),
          }
          return sourceEntry(binding, { gateway, identify, large, formats: own })
        }),
      )
      http.add([openApiEntry(sources, identify, { project, formats })])
      http.add(receiptEntries(gateway, identify, Object.keys(clients).length > 0))
    },
    // The listener takes nothing new, and waits for what runs.
    async stop() {},
  }
}

function sourceEntry(binding: SourceBinding, parts: SourceParts): HttpEntry {
  const { method, path, multipart, ...limits } = restSource(binding.source.options)
  const createEndpoint = multipart ? createFormEndpoint : createSourceEndpoint
  return {
    methods: [method],
    path,
    limits: limitsOf(limits, parts.large.inlineBytes),
    withinMs: binding.route.reply?.withinMs ?? 0,
    endpoint: createEndpoint(binding, parts),
  }
}

function receiptEntries({ receipts }: Gateway, identify: Identify, hasClients: boolean): HttpEntry[] {
  return [
    { methods: ['GET', 'HEAD'], path: '/receipts/:id', endpoint: createReceiptEndpoint(receipts, identify, hasClients) },
    { methods: ['GET', 'HEAD'], path: '/receipts/:id/rejects', endpoint: createRejectsEndpoint(receipts, identify, hasClients) },
    { methods: ['GET', 'HEAD'], path: '/receipts', endpoint: createReceiptsEndpoint(receipts, identify, hasClients) },
  ]
}
