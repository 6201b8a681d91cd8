import type { Answer } from './message.ts'

/** One row of the table of errors; docs/reference/errors.md is made from it. */
export interface ErrorSpec {
  /** HTTP status, where a sender by REST is told. */
  readonly status: number
  readonly title: string
  /** The same bytes can never succeed: nothing is tried again. */
  readonly permanent: boolean
  /** What the reader can do about it. */
  readonly mend: string
}

/** Every code that a sender, a target's delivery or an operator can meet. */
export const errors = {
  NOT_READABLE: {
    status: 400,
    title: 'The body cannot be read',
    permanent: true,
    mend: 'Send a body that is well-formed in the format its content type names, in UTF-8, within the limits of depth.',
  },
  BAD_REQUEST: {
    status: 400,
    title: 'The request is malformed',
    permanent: true,
    mend: 'Mend the header or parameter that the detail names.',
  },
  UNAUTHORIZED: {
    status: 401,
    title: 'No valid credentials',
    permanent: true,
    mend: 'Send the API key of a client that the project lists.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'The client may not use this route',
    permanent: true,
    mend: "Ask the owner of the route to add it to the client's scopes.",
  },
  NOT_FOUND: {
    status: 404,
    title: 'No such path',
    permanent: true,
    mend: 'Use a path that a route or the receipts have; `waybill status` lists the sources.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The path does not take this method',
    permanent: true,
    mend: 'Use a method of the Allow header.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'No representation that the Accept header allows',
    permanent: true,
    mend: 'Accept application/json.',
  },
  TIMEOUT: {
    status: 408,
    title: 'The request did not arrive in time',
    permanent: false,
    mend: 'Send header and body without long pauses.',
  },
  KEY_CONFLICT: {
    status: 409,
    title: 'The identity was used for another content',
    permanent: true,
    mend: 'Use a new Idempotency-Key for a new message; send the same bytes to repeat one.',
  },
  IN_PROGRESS: {
    status: 409,
    title: 'A call with this key is still running',
    permanent: false,
    mend: "Wait for the first call's answer, then ask again with the same key.",
  },
  TOO_LARGE: {
    status: 413,
    title: 'The body is larger than the limit',
    permanent: true,
    mend: 'Send less at once, or raise maxBody of the source.',
  },
  UNSUPPORTED_TYPE: {
    status: 415,
    title: 'The source does not take this content type or encoding',
    permanent: true,
    mend: 'Send the content type that the detail names.',
  },
  SCHEMA_INVALID: { status: 422, title: 'The body does not fit the schema', permanent: true, mend: 'Mend the fields that errors lists.' },
  MAPPING_FAILED: {
    status: 422,
    title: 'A mapping rule rejects the body',
    permanent: true,
    mend: "Mend the field that errors names, or ask the mapping's owner.",
  },
  CONDITION_FAILED: {
    status: 422,
    title: 'A condition cannot be evaluated for this body',
    permanent: true,
    mend: 'Send the field that the condition needs, or guard it with has() or .? in the route.',
  },
  RECORDS_REJECTED: {
    status: 422,
    title: 'Too many records of the message are bad',
    permanent: true,
    mend: 'Mend the records that the receipt and rejects/ name, or the mapping, and send the whole again; `split.rejects` of the route says how many may be bad.',
  },
  NO_ROUTE: {
    status: 422,
    title: 'No target of the route wants this message',
    permanent: true,
    mend: 'Add an entry, an `otherwise` or `to: none` with `because` for such messages to the route.',
  },
  OVERLOADED: {
    status: 503,
    title: 'No room for another message now',
    permanent: false,
    mend: 'Try again after the time in Retry-After; operators: `waybill status` says which bound is reached.',
  },
  DRAINING: { status: 503, title: 'The gateway is stopping', permanent: false, mend: 'Try again after the time in Retry-After.' },
  STORE_UNAVAILABLE: {
    status: 503,
    title: 'The store cannot be written',
    permanent: false,
    mend: 'Try again later; operators: free disk space, then see `waybill doctor`.',
  },
  IN_DOUBT: {
    status: 504,
    title: 'The target did not answer in time; it may have taken the message',
    permanent: false,
    mend: 'Ask the target, or repeat the call with the same Idempotency-Key.',
  },
  BAD_REPLY: {
    status: 502,
    title: "The target's reply cannot be used",
    permanent: false,
    mend: "Compare the reply with the route's `answer`.",
  },
  INTERNAL: {
    status: 500,
    title: 'A fault of the gateway',
    permanent: false,
    mend: 'Report it with the correlation id; the log has the rest.',
  },
  TARGET_REFUSED: {
    status: 502,
    title: 'The target refused the message',
    permanent: true,
    mend: "Read the target's answer in the dead letter; mend the mapping or the data, then replay.",
  },
  TARGET_UNAVAILABLE: {
    status: 503,
    title: 'The target cannot be reached or is not well',
    permanent: false,
    mend: 'Nothing for the sender: it is tried again by the policy. Operators: see the target.',
  },
  TARGET_TIMEOUT: {
    status: 504,
    title: 'The target did not answer within its timeout',
    permanent: false,
    mend: 'Nothing for the sender: it is tried again with the same id.',
  },
  TARGET_RETURNED: {
    status: 503,
    title: 'The broker could not route the message to a queue',
    permanent: false,
    mend: 'Declare the queue or the binding that the target names; it is tried again by the policy.',
  },
  BROKER_UNAVAILABLE: {
    status: 503,
    title: 'The message broker is away',
    permanent: false,
    mend: 'Nothing for the sender: accepted messages wait in the store. Operators: see the broker.',
  },
  EXHAUSTED: {
    status: 502,
    title: 'Given up after the whole retry policy',
    permanent: true,
    mend: 'Mend the target, then `waybill dead replay`.',
  },
  CRASHED: {
    status: 500,
    title: 'The gateway died three times while it handled this delivery',
    permanent: true,
    mend: 'Look at the message with `waybill dead show`, report it, then discard or replay.',
  },
  BROKER_DEAD_LETTER: {
    status: 502,
    title: 'The broker gave the delivery up (its delivery limit)',
    permanent: true,
    mend: "See the broker's log, then `waybill dead replay`.",
  },
  CONFIG_INVALID: {
    status: 500,
    title: 'The configuration has faults',
    permanent: true,
    mend: 'Run `waybill check` and mend what it lists.',
  },
  STORE_OWNED: {
    status: 500,
    title: 'Another process owns the store',
    permanent: true,
    mend: 'Stop the process that the detail names, or give this one another store path.',
  },
  STORE_CORRUPT: {
    status: 500,
    title: 'The store is of a newer version or damaged',
    permanent: true,
    mend: 'Start the version that wrote it, or restore a backup (docs/operations.md).',
  },
} as const satisfies Record<string, ErrorSpec>

export type ErrorCode = keyof typeof errors

/** One fault inside a body. */
export interface Place {
  readonly pointer?: string
  /** In XML: `/ord:Order/ord:line[2]`. */
  readonly xpath?: string
  readonly line?: number
  readonly column?: number
  readonly message: string
  readonly rule?: string
}

export interface ErrorExtras {
  readonly cause?: unknown
  /** At most 50 of them. */
  readonly errors?: readonly Place[]
  /** How many there were in all. */
  readonly errorCount?: number
  readonly retryAfterMs?: number
  readonly answer?: Answer
  readonly allow?: readonly string[]
}

/** The one error class: a code of the table, and what was seen. */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly detail: string
  readonly extras: ErrorExtras

  constructor(code: ErrorCode, detail: string, extras: ErrorExtras = {}) {
    super(`${code}: ${detail}`, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'GatewayError'
    this.code = code
    this.detail = detail
    this.extras = extras
  }

  get permanent(): boolean {
    return errors[this.code].permanent
  }

  get status(): number {
    return errors[this.code].status
  }
}

/** Any thrown value as a GatewayError; what is unknown becomes INTERNAL, which is transient. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error })
}

/** RFC 9457 problem details: what a sender by HTTP is told. Never a stack, a path or a secret. */
export function problem(error: GatewayError, correlationId: string): Record<string, unknown> {
  const { title, status } = errors[error.code]
  const { errors: places, errorCount } = error.extras
  return {
    type: `https://waybill.example/errors#${error.code}`,
    title,
    status,
    detail: error.code === 'INTERNAL' ? 'The log has the rest under this correlation id.' : error.detail,
    code: error.code,
    correlationId,
    ...(places && { errors: places.slice(0, 50), errorCount: errorCount ?? places.length }),
  }
}
