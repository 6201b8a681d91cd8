import { isAwaited } from '../adapters/amqp/answerer.ts'
import { errorReply as amqpReply, ERROR, STATUS } from '../adapters/amqp/reply.ts'
import { rawProblem } from '../adapters/http/respond.ts'
import { errorReply as soapReply } from '../adapters/soap/respond.ts'
import type { SoapVersion } from '../adapters/soap/wsdl/model.ts'
import { type ErrorCode, type ErrorSpec, errors, GatewayError } from '../gateway/errors.ts'

/** What callers hear of an error, each in the terms of their protocol. */
export interface Told {
  readonly code: string
  readonly rest: string
  readonly soap11: string
  readonly soap12: string
  readonly amqp: string
}

/** The table of errors by protocol: read from what the adapters write, so that it can say nothing else. */
export function errorTable(): readonly Told[] {
  return Object.keys(errors).filter(isCode).map(rowOf)
}

function isCode(code: string): code is ErrorCode {
  return code in errors
}

function rowOf(code: ErrorCode): Told {
  const error = new GatewayError(code, '')
  const http = rawProblem(error, '')
  const [, status = ''] = /^HTTP\/1\.1 (\d+)/.exec(http) ?? []
  return {
    code,
    rest: listed(status, /\nRetry-After:/.test(http)),
    soap11: soap('1.1', error),
    soap12: soap('1.2', error),
    amqp: amqp(error),
  }
}

function soap(version: SoapVersion, error: GatewayError): string {
  const { status, body, retryAfterMs } = soapReply(version, error, '')
  const [, code = ''] = /(?:<faultcode>|<soap:Code><soap:Value>)soap:(\w+)</.exec(body.toString()) ?? []
  return listed(`${code}, ${status}`, retryAfterMs !== undefined)
}

function amqp(error: GatewayError): string {
  if (isAwaited(error.code)) return 'none: it waits'
  const { headers } = amqpReply(error, '')
  return headers[ERROR] === error.code ? (headers[STATUS] ?? '') : `${headers[ERROR]}, ${headers[STATUS]}`
}

function listed(told: string, retryAfter: boolean): string {
  return retryAfter ? `${told}, Retry-After` : told
}

const INTRODUCTION = `# Errors

<!-- Generated from the code: npm run generate. -->

What a sender is told, and what stands as the reason in receipts, dead letters and logs. A permanent error can never succeed with the same
bytes and is not tried again.

## By protocol

The same code in the terms of each caller, made by the functions that write the answers:

- REST: the status, with \`application/problem+json\` (RFC 9457) whose member \`code\` is the code.
- SOAP: the fault's code and the HTTP status, with \`waybill:problem\` as its detail, which has the same members. Faults that the
  specifications of SOAP, WS-Addressing and WS-Security name themselves (VersionMismatch, MustUnderstand, InvalidSecurity and others) have
  their own codes: see [SOAP in](../soap-and-xml.md#soap-in).
- AMQP, for callers with \`reply-to\`: a reply with the problem as its body, the code in the header \`waybill-error\` and the status in
  \`waybill-status\`. Where there is no room, or the same call still runs, nobody is answered: the request waits in its queue.

What a route's \`faults\` say goes before this table: there the fault's name and detail are the route's own.
`

/** docs/reference/errors.md: the table, then an entry for each code. */
export function errorReference(): string {
  const table = errorTable().map(
    ({ code, rest, soap11, soap12, amqp }) => `| [\`${code}\`](#${code.toLowerCase()}) | ${rest} | ${soap11} | ${soap12} | ${amqp} |`,
  )
  const head = '| Code | REST | SOAP 1.1 | SOAP 1.2 | AMQP |\n|---|---|---|---|---|'
  const specs: readonly (readonly [string, ErrorSpec])[] = Object.entries(errors)
  const entries = specs.map(([code, { status, title, permanent, mend }]) => {
    return `## ${code}\n\n${title}. HTTP status ${status}; ${permanent ? 'permanent' : 'may pass'}.\n\n${mend}`
  })
  return `${[INTRODUCTION, `${head}\n${table.join('\n')}`, ...entries].join('\n\n').replace('\n\n\n', '\n\n')}\n`
}
