import type { Gateway, Inbound } from '../../gateway/ports.ts'
import type { InboundContext, SourceBinding } from '../adapter.ts'
import { createIdentify } from '../http/clients.ts'
import type { HttpEntry } from '../http/listener.ts'
import { createSoapEndpoint } from './endpoint.ts'
import { createReceiptWriter, type ReceiptWriter } from './receipt.ts'
import { refuseUnread } from './respond.ts'
import { createTokenCheck, type TokenCheck } from './security.ts'
import { byPath, type SoapSite, siteOf } from './site.ts'
import { createChoose } from './source-message.ts'
import { createWsdlEndpoint } from './wsdl-endpoint.ts'

/** All SOAP sources of a project, by path, served by its HTTP listener. */
export function createSoapInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound {
  return {
    async start(gateway) {
      for (const bindings of byPath(sources).values()) context.http.add(entriesOf(bindings, context, gateway))
    },
    // The listener takes nothing new, and waits for what runs.
    async stop() {},
  }
}

function entriesOf(bindings: readonly SourceBinding[], { project, clients, http }: InboundContext, gateway: Gateway): HttpEntry[] {
  const [first] = bindings
  const site = first && siteOf(first, project)
  if (!site) return []
  const { path } = site.options
  const endpoint = createSoapEndpoint({
    site,
    clients,
    gateway,
    choose: createChoose(bindings),
    check: tokenCheckOf(site),
    receipts: receiptsOf(project),
    identify: createIdentify(clients),
    memory: http.memory,
  })
  const withinMs = Math.max(0, ...bindings.map(({ route }) => route.reply?.withinMs ?? 0))
  const described = createWsdlEndpoint(site)
  return [
    { methods: ['POST'], path, limits: site.options, withinMs, endpoint, refuse: refuseUnread },
    { methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], path, endpoint: described, refuse: refuseUnread },
  ]
}

function tokenCheckOf({ options: { security } }: SoapSite): TokenCheck | undefined {
  const token = security?.usernameToken
  return token && createTokenCheck(token)
}

function receiptsOf(project: InboundContext['project']): (binding: SourceBinding) => ReceiptWriter {
  const writers = new Map<SourceBinding, ReceiptWriter>()
  return binding => {
    const writer = writers.get(binding) ?? createReceiptWriter(binding, project)
    writers.set(binding, writer)
    return writer
  }
}
