import { asGatewayError, GatewayError } from '../../../gateway/errors.ts'
import { told } from './desk.ts'
import { STATUS } from './wire.ts'

/** What a client is told of an error: a status of SFTP and a text, which never shows a path of the machine. */
export function statusOf(thrown: unknown): { readonly code: number; readonly text: string } {
  const error = asError(thrown)
  const code = CODES[error.code] ?? STATUS.failure
  return { code, text: told(error) }
}

const CODES: Readonly<Record<string, number>> = {
  NOT_FOUND: STATUS.missing,
  FORBIDDEN: STATUS.denied,
  METHOD_NOT_ALLOWED: STATUS.unsupported,
}

const SYSTEM: Readonly<Record<string, readonly ['NOT_FOUND' | 'FORBIDDEN' | 'BAD_REQUEST' | 'OVERLOADED', string]>> = {
  ENOENT: ['NOT_FOUND', 'no such file or folder'],
  ENOTDIR: ['NOT_FOUND', 'no such folder'],
  ELOOP: ['NOT_FOUND', 'no such file'],
  EACCES: ['FORBIDDEN', 'not allowed'],
  EPERM: ['FORBIDDEN', 'not allowed'],
  EROFS: ['FORBIDDEN', 'not allowed'],
  EEXIST: ['BAD_REQUEST', 'it is there already'],
  ENOTEMPTY: ['BAD_REQUEST', 'the folder is not empty'],
  ENAMETOOLONG: ['FORBIDDEN', 'the name is too long'],
  ENOSPC: ['OVERLOADED', 'the disk is full'],
  EDQUOT: ['OVERLOADED', 'the disk is full'],
}

/** Errors of the file system by their meaning. */
function asError(thrown: unknown): GatewayError {
  const system = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? SYSTEM[thrown.code] : undefined
  return system ? new GatewayError(system[0], system[1], { cause: thrown }) : asGatewayError(thrown)
}
