import { duration, type OptionSchema, type Options } from '../../../gateway/options.ts'
import { pollOptions } from '../../files/poll-options.ts'
import { sendOptions } from '../../files/send-options.ts'

const hostKey = {
  type: 'string',
  pattern: '^SHA256:[A-Za-z0-9+/]{43}$',
  example: 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8',
} as const satisfies OptionSchema

const reach = {
  host: { type: 'string', minLength: 1, description: 'Host name or address of the server.', example: 'sftp.bank.example' },
  port: { type: 'integer', minimum: 1, maximum: 65_535, default: 22, description: 'Its port.' },
  user: { type: 'string', minLength: 1, description: 'Who logs in.', example: 'acme' },
  hostKey: {
    description:
      "Fingerprints of the server's key, as `ssh-keygen -l` prints them; a server with another key gets no login. Without one nothing is sent: the fault names the fingerprint that was seen.",
    anyOf: [hostKey, { type: 'array', minItems: 1, items: hostKey }],
  },
  connectTimeout: { ...duration, default: '15s', description: 'To connect and log in.' },
  timeout: { ...duration, default: '30s', description: 'For the answer to one request: a part of a file, a name.' },
  idle: { ...duration, default: '30s', description: 'After this time without a file the connection is closed.' },
  legacyAlgorithms: { type: 'boolean', default: false, description: 'Also SHA-1, CBC and ssh-rsa, for servers that know nothing else.' },
} as const satisfies Readonly<Record<string, OptionSchema>>

/** `systems: { x: { sftp: ... } }`. */
export const sftpSystemOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'user'],
  description: 'An SFTP server of others: where files are written, and where sources look for them.',
  properties: {
    ...reach,
    ...sendOptions,
    folder: {
      ...sendOptions.folder,
      default: '.',
      description: 'The folder that files are written to; one that does not begin with a slash is from where the login leads.',
    },
  },
} as const satisfies OptionSchema

/** Of an operation, laid over those of its system. */
export const sftpOperationOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'What differs from the system for this operation.',
  properties: { folder: sendOptions.folder, name: sendOptions.name },
} as const satisfies OptionSchema

/** `auth` of such a system. */
export const sftpAuthOptions = {
  type: 'object',
  additionalProperties: false,
  description: 'How the user logs in; with both, the key is tried first.',
  properties: {
    key: {
      type: 'string',
      pattern: '-----BEGIN ',
      secret: true,
      description: 'Private key, as OpenSSH or PEM.',
      example: '$' + '{file:secrets/bank_key}',
    },
    passphrase: { type: 'string', secret: true, description: 'Of the key.', example: '$' + '{env:BANK_KEY_PASSPHRASE}' },
    password: { type: 'string', secret: true, description: 'Password.', example: '$' + '{env:BANK_PASSWORD}' },
  },
} as const satisfies OptionSchema

/** `from: { sftp: { system, folder, files, every } }`: a folder of such a server that is looked into. */
export const sftpPollOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['system', 'folder'],
  properties: {
    system: {
      type: 'string',
      minLength: 1,
      description: 'Whose folder it is: a system with `sftp`; its own `folder` plays no part.',
      example: 'bank',
    },
    ...pollOptions,
  },
} as const satisfies OptionSchema

export type SftpSystem = Options<typeof sftpSystemOptions>
export type SftpAuth = Options<typeof sftpAuthOptions>
export type SftpPoll = Options<typeof sftpPollOptions>

/** Where a server is, who logs in, and how long things may take. */
export type Reach = Pick<SftpSystem, 'host' | 'port' | 'user' | 'hostKey' | 'connectTimeoutMs' | 'timeoutMs' | 'legacyAlgorithms'>
