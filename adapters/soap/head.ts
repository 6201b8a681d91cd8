import type { ClientConfig } from '../../config/project.ts'
import { clark } from '../../transformers/xml/events.ts'
import type { Exchange } from '../http/exchange.ts'
import { answerHeaders } from './addressed.ts'
import { type Addressing, invalid, isAddressing, readAddressing } from './addressing.ts'
import { type EnvelopeHead, mismatch } from './envelope.ts'
import { type HeaderBlock, isMeant, notUnderstood } from './headers.ts'
import type { Actions } from './operations.ts'
import { type ReplyRoute, replyRouteOf } from './reply-to.ts'
import type { RequestWatch } from './request.ts'
import { refuseIn, refuseOf } from './respond.ts'
import { isSecurity, type TokenCheck, type TokenUser } from './security.ts'
import type { SoapSite } from './site.ts'
import { httpActionOf, requireSameVersion, type SoapType } from './soap-type.ts'
import type { SoapVersion } from './wsdl/model.ts'

/** What headers are checked with. */
export interface HeadParts {
  readonly site: SoapSite
  readonly clients: Readonly<Record<string, ClientConfig>>
  readonly check: TokenCheck | undefined
}

/** What the headers of a request said. */
export interface Heard {
  addressing: Addressing | undefined
  route: ReplyRoute | undefined
  /** By the UsernameToken. */
  user: TokenUser | undefined
}

/** Listens to an envelope's version and headers: from then on the exchange is refused in its version and with its addressing. */
export function watchHead(exchange: Exchange, type: SoapType, heard: Heard, parts: HeadParts): RequestWatch {
  const { versions, replyTo } = parts.site.options
  return {
    version(version) {
      if (!versions.includes(version)) throw mismatch(`the envelope is of SOAP ${version}; allowed here: ${versions.join(', ')}`, versions)
      exchange.refuse = refuseOf(version)
      requireSameVersion(type, version)
    },
    head(head) {
      const { version, headers } = head
      if (headers.length > 0) {
        heard.addressing = readAddressing(headers)
        if (heard.addressing) hearAddressing(exchange, version, heard.addressing)
        requireUnderstood(head, parts)
        if (heard.addressing) heard.route = replyRouteOf(heard.addressing, replyTo)
      }
      heard.user = parts.check?.(headers, Date.now())
      return actionsOf(exchange, type, heard.addressing)
    },
  }
}

function hearAddressing(exchange: Exchange, version: SoapVersion, addressing: Addressing): void {
  exchange.refuse = refuseIn(version, () => answerHeaders(version, addressing, { action: '', isFault: true }))
  if (addressing.action === undefined) {
    throw invalid(addressing.ns, 'MessageAddressingHeaderRequired', 'the message has headers of WS-Addressing, but no wsa:Action')
  }
}

function requireUnderstood({ headers }: EnvelopeHead, { site, check }: HeadParts): void {
  const { raw, role, understands } = site.options
  // Whoever gets the bytes as they came is whom they are meant for.
  if (raw) return
  const roles = role === undefined ? [] : [role]
  const isKnown = (block: HeaderBlock) => {
    const name = clark(block.element)
    if (isAddressing(block) || (check && isSecurity(block))) return true
    return understands.includes(name) || understands.includes(block.element.local) || (site.operations?.headers.has(name) ?? false)
  }
  const unknown = headers.filter(block => block.mustUnderstand && isMeant(block, roles) && !isKnown(block))
  if (unknown.length > 0) throw notUnderstood(unknown)
}

function actionsOf({ req }: Exchange, type: SoapType, addressing: Addressing | undefined): Actions {
  return { http: httpActionOf(type, req.headers), addressing: addressing?.action }
}
