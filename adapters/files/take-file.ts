import { basename, dirname } from 'node:path/posix'
import { GatewayError } from '../../gateway/errors.ts'
import { type Message, newId, type StoredBody } from '../../gateway/message.ts'
import type { Gateway, Position, Receipt } from '../../gateway/ports.ts'
import type { SourceBinding } from '../adapter.ts'

/** A file that is complete and lies on a local disk. Nobody writes to it any more. */
export interface ArrivedFile {
  readonly binding: SourceBinding
  /** From the source's folder, with slashes. */
  readonly name: string
  /** Where it lies. */
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly modifiedAt?: number
  readonly client?: string
  /** Of its content, in hex, where that was counted while it was written. */
  readonly sha256?: string
}

/** Its receipt, and what of it is kept. */
export type TakenFile = Receipt & { readonly stored: StoredBody }

/**
 * Takes a file in: resolves with its receipt once its bytes and its record are durable. The path, the size and the content together are its
 * identity: the same file again has the same receipt. `position` is stored in the same transaction. Rejects with GatewayError as accept
 * does; the file itself stays where it is.
 */
export async function takeFile(
  { accept, bodies }: Pick<Gateway, 'accept' | 'bodies'>,
  file: ArrivedFile,
  position?: Position,
): Promise<TakenFile> {
  const stored = await bodies.adopt(file.path, file.sha256)
  const [receipt] = await accept([messageOf(file, stored)], position)
  if (!receipt) throw new GatewayError('INTERNAL', `no receipt for ${file.name}`)
  return { ...receipt, stored }
}

function messageOf({ binding, name, modifiedAt, client }: ArrivedFile, stored: NonNullable<Message['stored']>): Message {
  const { route, index, source } = binding
  const id = newId()
  const folder = dirname(name)
  return {
    id,
    route: route.name,
    sourceIndex: index,
    source: source.name,
    ...(client !== undefined && { client }),
    identity: `file:${source.name}:${name}:${stored.bytes}:${stored.sha256}`,
    correlationId: id,
    contentType: 'application/octet-stream',
    headers: {},
    meta: {
      file: {
        name: basename(name),
        folder: folder === '.' ? '' : folder,
        ...stored,
        ...(modifiedAt !== undefined && { modifiedAt: new Date(modifiedAt).toISOString() }),
      },
    },
    body: new Uint8Array(),
    stored,
    receivedAt: Date.now(),
  }
}
