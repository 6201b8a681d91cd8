import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ENVELOPES } from '../../../adapters/soap/versions.ts'
import type { SoapVersion } from '../../../adapters/soap/wsdl/model.ts'

/** What is answered to a request. */
export interface Canned {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Seen {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** An HTTP server that answers what it is told. */
export interface SoapServer {
  readonly url: string
  answers: Canned
  readonly seen: Seen[]
  close(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startSoapServer(): Promise<SoapServer> {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', chunk => chunks.push(chunk))
    req.on('end', () => {
      seen.push({ headers: req.headers, body: Buffer.concat(chunks) })
      const { status = 200, headers = { 'content-type': 'text/xml; charset=utf-8' }, body = '' } = made.answers
      res.writeHead(status, headers).end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const made: SoapServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    answers: {},
    seen,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return made
}

/** An envelope as others write it: with their own prefix. */
export function envelope(body: string, version: SoapVersion = '1.1', header = ''): string {
  return `<?xml version='1.0'?>\n<S:Envelope xmlns:S="${ENVELOPES[version]}">${header}\n <S:Body>${body}</S:Body>\n</S:Envelope>\n`
}

/** A fault of SOAP 1.1. */
export function fault11(code: string, detail = ''): string {
  return envelope(`<S:Fault><faultcode>${code}</faultcode><faultstring>so it is</faultstring>${detail}</S:Fault>`)
}

/** A fault of SOAP 1.2. */
export function fault12(code: string, detail = ''): string {
  const reason = '<S:Reason><S:Text xml:lang="de">so ist es</S:Text><S:Text xml:lang="en">so it is</S:Text></S:Reason>'
  return envelope(`<S:Fault><S:Code><S:Value>${code}</S:Value></S:Code>${reason}${detail}</S:Fault>`, '1.2')
}
