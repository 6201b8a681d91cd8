import { duration, type OptionSchema, type Options, resolveOptions, size } from '../../../gateway/options.ts'

const address = {
  type: 'string',
  format: 'address',
  description: 'Where the SFTP server listens.',
  example: '0.0.0.0:2222',
} as const satisfies OptionSchema

const listenObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    address: { ...address, default: '127.0.0.1:2222' },
    hostKeys: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '-----BEGIN ', secret: true },
      description: "Host keys, private, as OpenSSH or PEM; without them an ed25519 and an RSA key are made in the store's folder.",
      example: ['$' + '{file:secrets/host_key}'],
    },
    connections: { type: 'integer', minimum: 1, default: 256, description: 'Connections in all.' },
    connectionsPerAddress: { type: 'integer', minimum: 1, default: 64, description: 'Connections of one address.' },
    tries: { type: 'integer', minimum: 1, maximum: 20, default: 3, description: 'Failed logins of one connection before it is closed.' },
    triesPerMinute: {
      type: 'integer',
      minimum: 1,
      default: 20,
      description: 'Failed logins of one address in a minute; then its connections are refused until the minute is over.',
    },
    loginTimeout: { ...duration, default: '20s', description: 'From the connection to the login.' },
    idleTimeout: { ...duration, default: '10m', description: 'Without a request a connection is closed.' },
    channels: { type: 'integer', minimum: 1, maximum: 64, default: 8, description: 'SFTP sessions within one connection.' },
    handles: { type: 'integer', minimum: 1, maximum: 4_096, default: 128, description: 'Open files and folders of one session.' },
    legacyAlgorithms: {
      type: 'boolean',
      default: false,
      description: 'Also SHA-1, CBC and ssh-rsa, for partners whose software knows nothing else.',
    },
  },
} as const satisfies OptionSchema

/** `listen.sftp`: an address, or with keys and limits. */
export const sftpListenOptions = {
  description: 'For the sources that come by SFTP. Default: 127.0.0.1:2222, where a source needs it.',
  anyOf: [address, listenObject],
} as const satisfies OptionSchema

/** `sftp` of a client. */
export const sftpClientOptions = {
  type: 'object',
  additionalProperties: false,
  description: "How it logs in by SFTP; the user's name is the client's.",
  properties: {
    keys: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,}={0,2}( .*)?$' },
      description: 'Public keys, each as a line of authorized_keys.',
      example: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG9uZSBleGFtcGxlIHB1YmxpYyBrZXkgb25seSEh'],
    },
    password: {
      type: 'string',
      secret: true,
      pattern: '^scrypt:\\d{4,6}:\\d{1,2}:\\d{1,2}:[A-Za-z0-9_-]{16,}:[A-Za-z0-9_-]{32,}$',
      description: 'Hash of its password: what `waybill hash-password` prints.',
      example: 'scrypt:32768:8:1:c2FsdHNhbHRzYWx0c2FsdA:aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',
    },
    allow: {
      type: 'array',
      items: { enum: ['upload', 'download', 'delete'] },
      default: ['upload', 'download', 'delete'],
      description: 'What it may do in its folder. Its receipts and rejects it may always read.',
    },
    quota: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Bounds of what lies in its folder at one time; what was accepted no longer counts.',
      properties: {
        bytes: { ...size, description: 'Bytes of its files.', example: '2GB' },
        files: { type: 'integer', minimum: 1, description: 'Number of its files.', example: 1_000 },
        sessions: { type: 'integer', minimum: 1, default: 64, description: 'Its connections at one time.' },
      },
    },
  },
} as const satisfies OptionSchema

const folder = {
  type: 'string',
  pattern: '^(?!.*(^|/)\\.\\.?(/|$))(?!/?(receipts|rejects)(/|$))[^\\u0000-\\u001f]{1,200}$',
  description: "The folder within the client's own that it uploads into; made at start.",
  example: 'orders',
} as const satisfies OptionSchema

/** `from: { sftp: { client, folder } }`: files that a client uploads to the gateway's own server. */
export const sftpSourceOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['client', 'folder'],
  properties: {
    client: { type: 'string', minLength: 1, description: 'Who uploads: a client with `sftp`.', example: 'acme' },
    folder,
    commit: {
      enum: ['close', 'rename', 'done-file'],
      default: 'close',
      description:
        'What says that a file is whole. `close`: the end of its upload (an interrupted client may send it as well); `rename`: its renaming to its final name; `done-file`: an empty NAME.done beside it.',
    },
  },
} as const satisfies OptionSchema

export type SftpListen = Options<typeof listenObject>
export type SftpClient = Options<typeof sftpClientOptions>
export type SftpSource = Options<typeof sftpSourceOptions>

/** `listen.sftp` in one form. */
export function sftpListen(given: string | SftpListen | undefined): SftpListen {
  return typeof given === 'object' ? given : resolveOptions(listenObject, given === undefined ? {} : { address: given })
}

/** A source's options, where they are of this form. */
export function sftpSource(options: unknown): SftpSource {
  return options as SftpSource
}
