import { GatewayError } from '../../../gateway/errors.ts'

/** SSH_FX_ codes of RFC draft-ietf-secsh-filexfer-02, 7. */
const NO_SUCH_FILE = 2
const PERMISSION_DENIED = 3
const BAD_MESSAGE = 5
const UNSUPPORTED = 8
const LOST = new Set([6, 7])

/** The server's status is a lasting no: not there, not allowed, not known. A plain FAILURE may be a full disk. */
const REFUSALS = new Set([NO_SUCH_FILE, PERMISSION_DENIED, BAD_MESSAGE, UNSUPPORTED])

/** What a server's answer, or the lack of one, means: TARGET_REFUSED with the server's own text, TARGET_UNAVAILABLE for all else. */
export function requestFault(what: string, cause: Error): GatewayError {
  if (cause instanceof GatewayError) return cause
  const code = statusOf(cause)
  if (code === undefined || LOST.has(code)) return new GatewayError('TARGET_UNAVAILABLE', `${what}: ${cause.message}`, { cause })
  const refused = REFUSALS.has(code)
  return new GatewayError(refused ? 'TARGET_REFUSED' : 'TARGET_UNAVAILABLE', `${what}: the server says "${cause.message}"`, { cause })
}

/** What was thrown says that nothing is there. */
export function isMissing(error: unknown): boolean {
  return error instanceof GatewayError && statusOf(error.cause) === NO_SUCH_FILE
}

/** What was thrown says that the server does not have this request. */
export function isUnsupported(error: unknown): boolean {
  if (!(error instanceof GatewayError) || !(error.cause instanceof Error)) return false
  // ssh2 throws the text itself for what the server has not announced.
  return statusOf(error.cause) === UNSUPPORTED || error.cause.message.startsWith('Server does not support')
}

/** What a server that refused, or could not be reached, means. */
export function connectFault(server: string, cause: Error): GatewayError {
  if (cause instanceof GatewayError) return cause
  const level = 'level' in cause ? String(cause.level) : ''
  if (level === 'client-authentication')
    return new GatewayError('TARGET_REFUSED', `${server} does not let the user in with the key or password of \`auth\``, { cause })
  if (level === 'client-timeout') return new GatewayError('TARGET_UNAVAILABLE', `${server} did not finish the login in time`, { cause })
  const hint = cause.message.includes('no matching') ? '; `legacyAlgorithms: true` adds those of old servers' : ''
  return new GatewayError('TARGET_UNAVAILABLE', `${server} cannot be reached: ${cause.message}${hint}`, { cause })
}

function statusOf(cause: unknown): number | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : undefined
}
