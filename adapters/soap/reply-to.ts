import { GatewayError } from '../../gateway/errors.ts'
import { type Addressing, type EndpointReference, invalid, isAnonymous, isNone } from './addressing.ts'
import type { Reply } from './respond.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** Where answers to a message go; undefined: back on the connection. */
export interface ReplyRoute {
  readonly reply: EndpointReference | undefined
  readonly fault: EndpointReference | undefined
}

const POST_MS = 30_000

/** The places that the addressing names; throws wsa:OnlyAnonymousAddressSupported for a host that the source does not allow. */
export function replyRouteOf(addressing: Addressing, hosts: readonly string[]): ReplyRoute {
  const reply = elsewhere(addressing.replyTo)
  const fault = addressing.faultTo ? elsewhere(addressing.faultTo) : reply
  for (const endpoint of [reply, fault]) if (endpoint && !isNone(endpoint)) checkHost(endpoint, addressing, hosts)
  return { reply, fault }
}

function elsewhere(endpoint: EndpointReference | undefined): EndpointReference | undefined {
  return endpoint && !isAnonymous(endpoint) ? endpoint : undefined
}

function checkHost({ address }: EndpointReference, { ns }: Addressing, hosts: readonly string[]): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url && isHttp && url.username === '' && hosts.some(host => host === url.host || host === url.hostname)) return
  throw invalid(
    ns,
    'OnlyAnonymousAddressSupported',
    `"${address.slice(0, 200)}" is not among the hosts that answers may go to; leave wsa:ReplyTo out, or make it anonymous`,
  )
}

/** Posts an envelope to an endpoint that was allowed; resolves when it said 2xx; no redirects. Rejects with TARGET_UNAVAILABLE, so that the sender does not take its silence for a yes. */
export async function postReply(
  { address }: EndpointReference,
  version: SoapVersion,
  { contentType, body }: Reply,
  action: string,
): Promise<void> {
  const soapAction = version === '1.1' ? { soapaction: `"${action}"` } : undefined
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': contentType, ...soapAction },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(POST_MS),
  }).catch(cause => {
    throw new GatewayError('TARGET_UNAVAILABLE', 'the endpoint of wsa:ReplyTo cannot be reached', { cause })
  })
  await response.body?.cancel()
  if (!response.ok) throw new GatewayError('TARGET_UNAVAILABLE', `the endpoint of wsa:ReplyTo said ${response.status}`)
}
