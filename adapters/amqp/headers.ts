import type { Headers } from '../../gateway/message.ts'

/** What a broker would act on, or what we write ourselves: never taken from a message, in neither direction. CC and BCC name queues. */
const REFUSED =
  /^(?:cc|bcc|user-id|expiration|traceparent|waybill-.*|x-(?:death|(?:first|last)-death-.*|delivery-count|acquired-count|delay|match|received-from|stream-.*|opt-.*))$/i
// A line break in a header becomes a second header in other protocols.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

/** The headers of an AMQP message as texts: strings, numbers and booleans; hostile names, control characters, and what has no plain text (tables, lists, null, bytes, timestamps) are left out. */
export function readHeaders(table: Readonly<Record<string, unknown>> | undefined): Headers {
  const headers: Record<string, string> = {}
  if (table === undefined) return headers
  for (const name of Object.keys(table)) {
    const text = textOf(table[name])
    if (text !== undefined && carries(name, text)) headers[name] = text
  }
  return headers
}

/** A message's headers for an AMQP target, under the same rule. */
export function writeHeaders(headers: Headers, into: Record<string, string | number>): void {
  for (const name in headers) {
    const text = headers[name]
    if (text !== undefined && carries(name, text)) into[name] = text
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function carries(name: string, text: string): boolean {
  return name.length > 0 && name !== '__proto__' && !REFUSED.test(name) && !CONTROL.test(text) && !CONTROL.test(name)
}
