import { createHash } from 'node:crypto'
import { chmod, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParsedKey } from 'ssh2'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Ssh } from './ssh.ts'

/** A host key, and what people compare it by. */
export interface HostKey {
  readonly key: ParsedKey
  readonly type: string
  /** As `ssh-keygen -l` has it. */
  readonly fingerprint: string
}

/** The keys that the project gives, else those in the folder, made at the first start (ed25519 and RSA), readable by their owner only. */
export async function loadHostKeys(ssh: Ssh, folder: string, given: readonly string[] | undefined): Promise<readonly HostKey[]> {
  const pems = given ?? [await kept(ssh, folder, 'ed25519'), await kept(ssh, folder, 'rsa')]
  return pems.map(pem => read(ssh, pem))
}

/** Those keys as far as there are any yet. */
export async function knownHostKeys(ssh: Ssh, folder: string, given: readonly string[] | undefined): Promise<readonly HostKey[]> {
  const kept = ['ed25519', 'rsa'].map(kind => readFile(join(folder, `sftp-host-${kind}`), 'utf8').catch(() => ''))
  return (given ?? (await Promise.all(kept)).filter(pem => pem !== '')).map(pem => read(ssh, pem))
}

/**
 * What the SSH library is to sign with: an RSA key by SHA-2 only, unless the old way is asked for. The library offers ssh-rsa, which is
 * SHA-1, for each key of that type, whatever algorithms it is given; so the key goes in under the names of the others.
 */
export function signers(keys: readonly HostKey[], legacy: boolean): readonly { readonly key: ParsedKey }[] {
  return keys.flatMap(({ key }) =>
    key.type === 'ssh-rsa' && !legacy ? ['rsa-sha2-512', 'rsa-sha2-256'].map(type => named(key, type)) : [{ key }],
  )
}

function named(key: ParsedKey, type: string): { readonly key: ParsedKey } {
  return { key: Object.create(key, { type: { value: type } }) }
}

function read(ssh: Ssh, pem: string): HostKey {
  const parsed: ParsedKey | Error = ssh.utils.parseKey(pem)
  if (parsed instanceof Error) throw new GatewayError('CONFIG_INVALID', `a host key of listen.sftp cannot be read: ${parsed.message}`)
  const hash = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '')
  return { key: parsed, type: parsed.type, fingerprint: `SHA256:${hash}` }
}

async function kept(ssh: Ssh, folder: string, kind: 'ed25519' | 'rsa'): Promise<string> {
  const path = join(folder, `sftp-host-${kind}`)
  const known = await readFile(path, 'utf8').catch(() => '')
  if (known !== '') {
    await chmod(path, 0o600)
    return known
  }
  const pem = await makeHostKey(ssh, kind)
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(pem)
    await file.sync()
  } finally {
    await file.close()
  }
  return pem
}

/** A new host key, as OpenSSH's text; the library makes one ed25519 key in about 200 without its last byte, which nobody can read. */
export async function makeHostKey(ssh: Ssh, kind: 'ed25519' | 'rsa'): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const pem = await generate(ssh, kind)
    if (isSound(ssh, pem)) return pem
  }
  throw new GatewayError('INTERNAL', `no ${kind} host key could be made in ${TRIES} tries`)
}

const TRIES = 20

function isSound(ssh: Ssh, pem: string): boolean {
  const key: ParsedKey | Error = ssh.utils.parseKey(pem)
  if (key instanceof Error) return false
  const probe = Buffer.from('probe')
  const signature: Buffer | Error = key.sign(probe)
  return !(signature instanceof Error) && key.verify(probe, signature) === true
}

function generate(ssh: Ssh, kind: 'ed25519' | 'rsa'): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, pair: { readonly private: string }) => (error ? reject(error) : resolve(pair.private))
    if (kind === 'rsa') ssh.utils.generateKeyPair('rsa', { bits: 3_072 }, done)
    else ssh.utils.generateKeyPair('ed25519', {}, done)
  })
}
