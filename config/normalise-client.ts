import { createHash } from 'node:crypto'
import { sftpClientOptions } from '../adapters/sftp/server/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import type { Faults, Path } from './faults.ts'
import type { ClientConfig } from './project.ts'
import type { References } from './references.ts'
import { type Fields, fieldsOf, given, listOf, oneOrMore, textOf } from './value.ts'

/** What a client's keys are read with. */
export interface ClientParts {
  readonly faults: Faults
  readonly references: References
}

const HASH = /^sha256:([0-9a-f]{64})$/i

/** A client as checked, with only the hashes of its keys. */
export function clientOf(name: string, value: unknown, parts: ClientParts): ClientConfig {
  const path = ['clients', name]
  const fields = fieldsOf(value)
  return {
    name,
    ...given('owner', textOf(fields.owner)),
    ...given('sftp', sftpOf(fields, path, parts)),
    keyHashes: keysOf(fields.key, [...path, 'key'], parts),
    scopes: listOf(fields.scopes).filter(scope => typeof scope === 'string'),
    path,
  }
}

/** A client must be able to show who it is, by HTTP or by SFTP. */
function sftpOf({ key, sftp }: Fields, path: Path, parts: ClientParts): ClientConfig['sftp'] {
  if (sftp === undefined) {
    if (key === undefined) needs(path, ['key', 'sftp'], parts)
    return undefined
  }
  const options = resolveOptions(sftpClientOptions, sftp)
  if (!options.keys && options.password === undefined) needs([...path, 'sftp'], ['keys', 'password'], parts)
  return options
}

/** What a reference should have brought was told as missing. */
function needs(path: Path, [one, other]: readonly [string, string], { faults, references }: ClientParts): void {
  if (references.missing([...path, one]) || references.missing([...path, other])) return
  faults.add('MISSING', path, `a client needs "${one}" or "${other}" here`, { atKey: true, mend: `add ${one} or ${other}` })
}

function keysOf(value: unknown, path: Path, parts: ClientParts): string[] {
  return oneOrMore(value).flatMap((key, index) =>
    typeof key === 'string' ? keyHash(key, Array.isArray(value) ? [...path, index] : path, parts) : [],
  )
}

function keyHash(key: string, path: Path, { faults, references }: ClientParts): string[] {
  const [, hash] = HASH.exec(key) ?? []
  if (hash) return [hash.toLowerCase()]
  if (key.startsWith('sha256:')) {
    faults.add('WRONG_VALUE', path, 'the hash is not of 64 hexadecimal digits', {
      mend: 'write sha256: and the output of: printf %s KEY | sha256sum',
    })
    return []
  }
  if (references.written(path) !== undefined) return [createHash('sha256').update(key).digest('hex')]
  const mend = 'write sha256:HEX (printf %s KEY | sha256sum) or an env reference, and give the client a new key'
  faults.add('WRONG_VALUE', path, 'an API key stands here in plain text', { mend })
  return []
}
