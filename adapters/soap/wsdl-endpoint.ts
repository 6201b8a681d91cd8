import { TLSSocket } from 'node:tls'
import type { Exchange } from '../http/exchange.ts'
import type { Endpoint } from '../http/paths.ts'
import type { SoapSite } from './site.ts'
import { createWsdlDocuments } from './wsdl/serve.ts'

const HOST = /^[A-Za-z0-9._~-]+(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{1,5})?$/
const PREFIX = /^(?:\/[A-Za-z0-9._~-]+)*\/?$/

/** `GET ?wsdl`, `?wsdl=N` and `?xsd=N`: the documents with the address that the caller used. All else is 405 in plain text: SOAP is POST. */
export function createWsdlEndpoint({ wsdl, options }: SoapSite): Endpoint {
  const documents = wsdl && createWsdlDocuments(wsdl)
  return async exchange => {
    const { url = '' } = exchange.req
    const [path = '', query = ''] = url.split('?', 2)
    const text = documents?.(query.toLowerCase(), `${baseOf(exchange, options.trustedProxies)}${path}`)
    if (text !== undefined) return respondText(exchange, { status: 200, contentType: 'text/xml; charset=utf-8', text })
    const words = documents ? 'This is a SOAP endpoint: POST an envelope, or GET ?wsdl.\n' : 'This is a SOAP endpoint: POST an envelope.\n'
    const isAsked = documents && /^(?:wsdl|xsd)(?:=|$)/i.test(query)
    respondText(exchange, {
      status: isAsked ? 404 : 405,
      contentType: 'text/plain; charset=utf-8',
      text: isAsked ? 'There is no such document here.\n' : words,
    })
  }
}

interface Text {
  readonly status: number
  readonly contentType: string
  readonly text: string
}

function respondText({ req, res, correlationId }: Exchange, { status, contentType, text }: Text): void {
  const body = Buffer.from(text)
  const head = ['Content-Type', contentType, 'X-Correlation-Id', correlationId, 'Content-Length', String(body.length)]
  if (status === 405) head.push('Allow', 'POST, GET')
  res.writeHead(status, head).end(req.method === 'HEAD' ? undefined : body)
}

/** Scheme, host and prefix as the caller wrote them; what a proxy says of that counts where it is trusted. */
function baseOf({ req }: Exchange, trusted: readonly string[]): string {
  const { headers, socket } = req
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const said = (name: string) =>
    (trusted.includes(peer)
      ? String(headers[name] ?? '')
          .split(',', 1)[0]
          ?.trim()
      : undefined) ?? ''
  const scheme = /^https?$/.exec(said('x-forwarded-proto'))?.[0] ?? (socket instanceof TLSSocket ? 'https' : 'http')
  const host = [said('x-forwarded-host'), headers.host ?? ''].find(name => HOST.test(name))
  const prefix = said('x-forwarded-prefix')
  const own = `${socket.localAddress?.includes(':') ? `[${socket.localAddress}]` : socket.localAddress}:${socket.localPort}`
  return `${scheme}://${host ?? own}${PREFIX.test(prefix) ? prefix.replace(/\/$/, '') : ''}`
}
