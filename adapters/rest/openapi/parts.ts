/** What every document has of its own: how clients show who they are, receipts, and problems. */
const text = { type: 'string' } as const
const time = { type: 'string', format: 'date-time' } as const

/** Schemas, by the names under which documents have them. */
export const ownSchemas = {
  Accepted: {
    type: 'object',
    description: 'The message is durable for each of its targets.',
    required: ['id', 'state', 'receipt'],
    properties: {
      id: { ...text, description: 'Of the message.' },
      state: { enum: ['accepted', 'filtered'] },
      receipt: { ...text, format: 'uri-reference', description: 'Where its state can be asked for.' },
    },
  },
  Receipt: {
    type: 'object',
    description: 'What became of a message.',
    required: ['id', 'route', 'state', 'receivedAt', 'targets'],
    properties: {
      id: text,
      route: text,
      key: text,
      state: { enum: ['accepted', 'delivered', 'failed', 'filtered'] },
      receivedAt: time,
      parent: { ...text, description: 'The message that it is a record of.' },
      records: {
        type: 'object',
        description: 'Of a message that is split: read = accepted + known + rejected; failed are dead, discarded or expired.',
        properties: {
          ...{ read: { type: 'integer' }, accepted: { type: 'integer' }, known: { type: 'integer' }, rejected: { type: 'integer' } },
          ...{ delivered: { type: 'integer' }, failed: { type: 'integer' }, filtered: { type: 'integer' } },
          complete: { type: 'boolean', description: 'All of it is read.' },
        },
      },
      targets: {
        type: 'array',
        items: {
          type: 'object',
          required: ['target', 'state'],
          properties: {
            target: text,
            state: { enum: ['queued', 'waiting', 'delivered', 'dead', 'discarded', 'expired', 'skipped', 'filtered', 'superseded'] },
            attempts: { type: 'integer' },
            lastError: text,
            nextAttemptAt: time,
            deliveredAt: time,
          },
        },
      },
    },
  },
  Rejects: {
    type: 'object',
    required: ['items'],
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'number', 'code', 'detail'],
          properties: {
            id: text,
            number: { type: 'integer', description: 'Of the record, counted from 1.' },
            line: { type: 'integer' },
            code: text,
            detail: text,
            record: { ...text, description: 'As it came; its first 4,096 bytes.' },
            base64: { ...text, description: 'In its stead, where it is no text in UTF-8.' },
          },
        },
      },
      cursor: { ...text, description: 'Asks for the next page; absent on the last.' },
    },
  },
  Problem: {
    type: 'object',
    description: 'Problem details (RFC 9457).',
    required: ['type', 'title', 'status', 'detail', 'code', 'correlationId'],
    properties: {
      type: { ...text, format: 'uri' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: text,
      correlationId: text,
      errors: {
        type: 'array',
        description: 'The places in the body that are wrong; at most 50.',
        items: {
          type: 'object',
          required: ['message'],
          properties: {
            pointer: text,
            xpath: text,
            line: { type: 'integer' },
            column: { type: 'integer' },
            message: text,
            rule: text,
          },
        },
      },
      errorCount: { type: 'integer' },
    },
  },
} as const

/** The two ways in which a client shows its key. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: "The client's API key." },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: "The client's API key." },
} as const

/** Headers that every source takes, by the names under which documents have them. */
export const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key again, with the same content, is the same message: it gets the first answer.',
    schema: text,
  },
  CorrelationId: {
    name: 'X-Correlation-Id',
    in: 'header',
    description: 'Comes back, and goes on to all targets. Absent: one is made.',
    schema: { type: 'string', maxLength: 128 },
  },
} as const

const TITLES = {
  400: 'The request or its body cannot be read.',
  401: 'There is no API key, or nobody has it.',
  403: 'The client may not use this.',
  404: 'There is no such thing, or it is not of this client.',
  406: 'None of the content types that Accept allows.',
  408: 'The body did not arrive in time.',
  409: 'The Idempotency-Key was used with another content, or its call still runs.',
  413: 'The body is too large.',
  415: 'A content type or encoding that is not taken.',
  422: 'The body does not fit its schema, a mapping rejects it, or no route takes it.',
  500: 'An error of the gateway; nothing was accepted.',
  502: 'The target refused it, or its answer cannot be read.',
  503: 'No room, stopping, or the target cannot be reached.',
  504: 'No answer in time: what became of it is not known.',
} as const

/** Statuses that are told as problems. */
export type ProblemStatus = keyof typeof TITLES

/** Responses of `components`, by their status: `Problem422`. */
export const problemResponses = Object.fromEntries(
  Object.entries(TITLES).map(([status, description]) => [`Problem${status}`, problemResponse(Number(status), description)]),
)

function problemResponse(status: number, description: string) {
  const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } }
  return {
    description,
    ...(status === 503 && { headers: retryAfter }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

/** References to these problems, by status. */
export function problemsOf(statuses: readonly ProblemStatus[]): Record<string, unknown> {
  return Object.fromEntries(statuses.map(status => [String(status), { $ref: `#/components/responses/Problem${status}` }]))
}
