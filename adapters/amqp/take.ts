import type { MessageProperties } from 'amqplib/callback_api'
import type { ErrorCode, GatewayError } from '../../gateway/errors.ts'
import { asGatewayError } from '../../gateway/errors.ts'
import type { Message } from '../../gateway/message.ts'
import type { Gateway } from '../../gateway/ports.ts'
import { pause } from '../../gateway/rate.ts'
import { createHold, delayMs, type Hold } from './hold.ts'
import type { Tell } from './session.ts'

/** Brings the messages of one source into the gateway, for as long as it takes. */
export interface Taker {
  /** Resolves when the message may leave its queue: accepted, settled, answered, or kept as a dead letter. Rejects only when the source stops. */
  take(message: Message, asked: Asked): Promise<void>
  /** Keeps a message that is known to be unfit as a dead letter, or tells its caller; resolves and rejects as `take`. */
  bury(message: Message, reason: GatewayError, asked: Asked): Promise<void>
}

/** A taker for senders whom nobody answers. */
export interface SilentTaker {
  take(message: Message): Promise<void>
  bury(message: Message, reason: GatewayError): Promise<void>
}

/** What a message says of the answer that it wants, as it came. */
export interface Asked extends Pick<MessageProperties, 'replyTo' | 'correlationId' | 'messageId'> {
  /** For direct reply-to, which confirms nothing. */
  readonly tell: Tell
}

export type Entrance = Pick<Gateway, 'accept' | 'carry' | 'bury'>

/** Codes of the gateway's own state, not of a message's fault: everything of the source waits. */
export const NO_ROOM: ReadonlySet<ErrorCode> = new Set(['OVERLOADED', 'STORE_UNAVAILABLE', 'DRAINING', 'BROKER_UNAVAILABLE'])
// Any other transient fault is this message's alone; after so many tries it is kept as a dead letter rather than block its queue.
const TRIES = 4
const BATCH = 256

/** What takers share: one hold, and burying that goes on until it is done. */
export interface Aids {
  readonly hold: Hold
  readonly signal: AbortSignal
  bury(message: Message, reason: GatewayError): Promise<void>
}

/** For a queue that is itself the durable copy: each message goes on its own and stays in its queue until it is settled. */
export function createCarrier(gateway: Entrance, signal: AbortSignal): SilentTaker {
  const aids = aidsFor(gateway, signal)
  const underWay = new Map<string, { readonly body: Uint8Array; readonly end: Promise<void> }>()

  function take(message: Message): Promise<void> {
    const { identity, body } = message
    const running = identity === undefined ? undefined : underWay.get(identity)
    // The connection was cut while the first delivery was on its way: one send is enough.
    if (running && message.redelivered && Buffer.compare(running.body, body) === 0) return running.end
    const end = takeAlone(message, gateway.carry, aids)
    if (identity === undefined || running) return end
    underWay.set(identity, { body, end })
    const forget = () => underWay.delete(identity)
    end.then(forget, forget)
    return end
  }

  return { take, bury: aids.bury }
}

interface Job {
  readonly message: Message
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** For any other queue: what came while the last batch was being stored is the next batch. */
export function createAccepter(gateway: Entrance, signal: AbortSignal): SilentTaker {
  const aids = aidsFor(gateway, signal)
  const jobs: Job[] = []
  let running = false

  async function run(): Promise<void> {
    while (jobs.length > 0) await acceptBatch(jobs.splice(0, BATCH), gateway, aids)
    running = false
  }

  function take(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      jobs.push({ message, resolve, reject })
      if (running) return
      running = true
      setImmediate(() => void run())
    })
  }

  return { take, bury: aids.bury }
}

/** Never rejects; one message's fault does not hold the next batch up. */
async function acceptBatch(batch: readonly Job[], gateway: Entrance, aids: Aids): Promise<void> {
  const { hold } = aids
  try {
    await whileNoRoom(() => gateway.accept(batch.map(job => job.message)), hold)
    for (const job of batch) job.resolve()
  } catch {
    // Nothing of the batch was accepted; alone, each meets its own fault.
    const acceptOne = async (message: Message) => void (await gateway.accept([message]))
    for (const job of batch) takeAlone(job.message, acceptOne, aids).then(job.resolve, job.reject)
  }
}

async function takeAlone(message: Message, step: (message: Message) => Promise<void>, aids: Aids): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await whileNoRoom(() => step(message), aids.hold)
    } catch (thrown) {
      if (aids.signal.aborted) throw thrown
      const error = asGatewayError(thrown)
      if (error.permanent || tries >= TRIES) return aids.bury(message, error)
      await pause(delayMs(tries), aids.signal)
    }
  }
}

/** The step's result; tries again as long as the gateway has no room, rejects with any other fault. */
export async function whileNoRoom<T>(step: () => Promise<T>, hold: Hold): Promise<T> {
  while (true) {
    if (hold.closed) await hold.pass()
    try {
      const result = await step()
      hold.open()
      return result
    } catch (thrown) {
      const error = asGatewayError(thrown)
      if (!NO_ROOM.has(error.code)) throw error
      hold.close(error.extras.retryAfterMs)
    }
  }
}

/** The aids of one source; they end with its signal. */
export function aidsFor(gateway: Pick<Gateway, 'bury'>, signal: AbortSignal): Aids {
  const hold = createHold(signal)
  async function bury(message: Message, reason: GatewayError): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await whileNoRoom(() => gateway.bury(message, reason), hold)
      } catch (thrown) {
        if (signal.aborted) throw thrown
        await pause(delayMs(tries), signal)
      }
    }
  }
  return { hold, signal, bury }
}
