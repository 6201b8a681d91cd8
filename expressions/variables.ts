import type { Content, Headers, Message } from '../gateway/message.ts'
import type { Variables } from './expression.ts'

/** What expressions see of a content: `body`, `headers` (the message's, with those that were set laid over them) and `meta`. */
export function variablesOf(content: Content, key?: string): Variables {
  return { body: content.body, headers: headersOf(content), meta: metaOf(content.message, key) }
}

function headersOf({ message, headers }: Content): Headers {
  for (const _ in headers) return { ...message.headers, ...headers }
  return message.headers
}

const NONE = {}

function metaOf(message: Message, key: string | undefined): Readonly<Record<string, unknown>> {
  const { id, source, client = '', receivedAt, meta } = message
  const { operation = '', path = NONE, query = NONE, file, record } = meta
  return { id, key: key ?? '', source, client, receivedAt, operation, path, query, ...(file && { file }), ...(record && { record }) }
}
