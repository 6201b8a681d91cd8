import type { AuthContext, AuthenticationType, PublicKeyAuthContext } from 'ssh2'
import type { Log } from '../../../gateway/log.ts'
import type { Account } from './account.ts'
import { isPassword } from './password.ts'
import type { Ssh } from './ssh.ts'

/** Keys that a client may ask about before it proves one. */
const MAX_PROBES = 20
/** The same for everybody, so that a name cannot be tried by what it is offered. */
const METHODS: AuthenticationType[] = ['publickey', 'password']

export interface LoginParts {
  readonly ssh: Ssh
  readonly accounts: ReadonlyMap<string, Account>
  readonly address: string
  readonly tries: number
  readonly legacy: boolean
  readonly log: Log
  /** Called for each login that failed. */
  failed(): void
}

export interface Login {
  /** Decides on one request to authenticate; with 'end' the connection has had its tries. */
  decide(context: AuthContext): Promise<Account | 'end' | undefined>
}

/** The logins of one connection. */
export function createLogin({ ssh, accounts, address, tries, legacy, log, failed }: LoginParts): Login {
  let failures = 0
  let probes = 0

  function refuse(context: AuthContext): 'end' | undefined {
    if (context.method === 'none') {
      context.reject(METHODS)
      return undefined
    }
    failures += 1
    failed()
    log.warn('sftp-login-failed', { client: context.username.slice(0, 100), address, method: context.method })
    context.reject(METHODS)
    return failures >= tries ? 'end' : undefined
  }

  function probe(context: PublicKeyAuthContext, isKnown: boolean): 'end' | undefined {
    probes += 1
    if (isKnown) context.accept()
    else context.reject(METHODS)
    return probes > MAX_PROBES ? 'end' : undefined
  }

  return {
    async decide(context) {
      const account = accounts.get(context.username)
      if (context.method === 'publickey') {
        const isKnown = (legacy || context.key.algo !== 'ssh-rsa' || context.hashAlgo !== undefined) && hasKey(account, context.key.data)
        if (!context.signature || !context.blob) return probe(context, isKnown)
        if (!isKnown || !isSigned(ssh, context)) return refuse(context)
      } else if (context.method === 'password') {
        if (!(await isPassword(context.password, account?.options.password))) return refuse(context)
      } else return refuse(context)
      return account
    },
  }
}

function hasKey(account: Account | undefined, data: Buffer): boolean {
  return (account?.options.keys ?? []).some(line => Buffer.from(line.split(' ')[1] ?? '', 'base64').equals(data))
}

function isSigned(ssh: Ssh, { key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  const parsed = ssh.utils.parseKey(`${key.algo} ${key.data.toString('base64')}`)
  if (parsed instanceof Error || !blob || !signature) return false
  return parsed.verify(blob, signature, hashAlgo) === true
}
