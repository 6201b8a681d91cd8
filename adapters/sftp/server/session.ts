import type { ServerChannel } from 'ssh2'
import { GatewayError } from '../../../gateway/errors.ts'
import type { Account } from './account.ts'
import { EXTENSIONS, MAX_DATA } from './extensions.ts'
import { createFlow } from './flow.ts'
import { createHandles, type Served } from './handles.ts'
import { createSplitter } from './packets.ts'
import { answerHandle, answerPath, isPathRequest } from './requests.ts'
import { statusOf } from './status.ts'
import type { Taker } from './take.ts'
import { type Fields, fieldsOf, REQUEST, statusPacket, versionPacket } from './wire.ts'

export interface SessionParts {
  readonly account: Account
  readonly taker: Taker
  readonly maxHandles: number
  /** Called for each request: the connection is not idle. */
  active(): void
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  /** Called before answers: those of one turn go out together. */
  answering(): void
}

/** Serves one SFTP session on a channel: resolves when that has ended and what was open is closed. An upload that was not closed by its client stays as it is, and routes nothing. */
export async function serveSession(
  channel: ServerChannel,
  { account, taker, maxHandles, active, answering, gone }: SessionParts,
): Promise<void> {
  const served: Served = { account, taker, handles: createHandles(maxHandles) }
  const flow = createFlow(channel)
  // Paths in the order in which they were named; each handle has an order of its own.
  let paths: Promise<unknown> = Promise.resolve()
  const running = new Set<Promise<void>>()
  const splitter = createSplitter(take)

  function take(packet: Buffer): void {
    active()
    const type = packet[0] ?? 0
    if (type === REQUEST.init) return void channel.write(versionPacket(EXTENSIONS))
    const fields = fieldsOf(packet, 1)
    const id = fields.uint32()
    const cost = type === REQUEST.read ? MAX_DATA : packet.length
    const answered = answer(type, id, fields)
      .catch(error => {
        const { code, text } = statusOf(error)
        logRefusal(account, error)
        return statusPacket(id, code, text)
      })
      .then(reply => {
        answering()
        flow.end(cost, reply)
        // Nothing keeps a part of a WRITE; of the others names may live on.
        if (type === REQUEST.write) splitter.release(packet)
      })
    flow.begin(cost)
    running.add(answered)
    void answered.finally(() => running.delete(answered))
  }

  function answer(type: number, id: number, fields: Fields): Promise<Buffer> {
    if (!isPathRequest(type)) return answerHandle(served, { type, id, fields })
    const reply = paths.then(() => answerPath(served, { type, id, fields }))
    paths = reply.catch(() => {})
    return reply
  }

  let isOver = false
  // A channel that is paused does not tell that its connection is gone.
  await Promise.race([gone, endOf(channel, piece => isOver || splitter.add(piece), account)])
  isOver = true
  await Promise.allSettled(running)
  await served.handles.closeAll()
  if (channel.writable) channel.exit(0)
  channel.end()
}

/** Gives what comes to `add`; resolves when nothing more comes, or what came makes no sense. */
function endOf(channel: ServerChannel, add: (piece: Buffer) => unknown, { log, name }: Account): Promise<void> {
  return new Promise(resolve => {
    channel.on('data', (piece: Buffer) => {
      try {
        add(piece)
      } catch (error) {
        log.warn('sftp-protocol', { client: name, detail: String(error) })
        channel.close()
        resolve()
      }
    })
    channel.on('error', () => resolve())
    channel.once('end', resolve)
    channel.once('close', resolve)
  })
}

function logRefusal({ log, name }: Account, error: unknown): void {
  const isUsual = error instanceof GatewayError && ['NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(error.code)
  if (!isUsual) log.debug('sftp-request-refused', { client: name, detail: error instanceof Error ? error.message : String(error) })
}
