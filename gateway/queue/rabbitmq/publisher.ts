import type { Log } from '../../log.ts'
import type { Health, Publication, PublishResult } from '../../ports.ts'
import { asError } from '../as-error.ts'
import { openConfirmChannel, replyCode } from './channel.ts'
import {
  giveUp,
  oldestMs,
  onAck,
  onBlocked,
  onDown,
  onNack,
  onOpen,
  onRefusal,
  onReturn,
  publish,
  pump,
  quiet,
  room,
  sendBack,
} from './confirms.ts'
import { type AmqpConnection, type Connection, createConnection } from './connection.ts'
import { findMute, probeMute } from './mute.ts'
import { type Confirms, createConfirms } from './publisher-state.ts'
import { destinationOf } from './window.ts'

export interface PublisherOptions {
  readonly url: string
  readonly name: string
  readonly log: Log
  readonly heartbeatMs?: number
  /** No confirm in this time: the socket is destroyed and what is in doubt published again. Default 30,000; the clock stops while the broker blocks. */
  readonly confirmTimeoutMs?: number
  /** A destination that has confirmed nothing for this long gets `no-room`, so that it does not fill the window of all others. Default 5,000. */
  readonly muteMs?: number
  /** How many may be unconfirmed. Default 256. */
  readonly window?: number
  /** Runs on each new connection, before anything is published on it. */
  readonly setUp?: (connection: AmqpConnection, signal: AbortSignal) => Promise<void>
  /** Why a publication was refused or returned; called just before its result. */
  readonly failed?: (publication: Publication, reason: string) => void
}

/** Publishes with confirms on a connection and a channel of its own. */
export interface Publisher {
  /** Never rejects: one result a publication, in order, at their confirms. `no-room`: away, blocked or full, and nothing of it is with the broker. */
  publish(publications: readonly Publication[]): Promise<readonly PublishResult[]>
  /** Resolves when it takes more, for this destination if one is given; rejects when the signal aborts. */
  room(signal: AbortSignal, destination?: Pick<Publication, 'exchange' | 'routingKey'>): Promise<void>
  /** Resolves when the first connect has succeeded or failed. */
  readonly attempted: Promise<void>
  health(): Health
  /** Waits up to 5 s for confirms; what is unconfirmed then becomes `no-room`. May be called twice. */
  close(): Promise<void>
}

/** Starts to connect at once. */
export function createPublisher(options: PublisherOptions): Publisher {
  const state = createConfirms(options)
  const connection: Connection = createConnection({
    url: options.url,
    name: options.name,
    log: options.log,
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
    setUp: async (amqp, signal) => {
      await options.setUp?.(amqp, signal)
      await useChannel(state, amqp, reason => connection.drop(reason))
    },
    down: reason => onDown(state, reason),
    blocked: blocked => onBlocked(state, blocked),
  })
  const clock = watchConfirms(state, connection, options)
  return {
    attempted: connection.attempted,
    publish: publications => publish(state, publications),
    room: (signal, destination) => room(state, signal, destination && destinationOf(destination)),
    health: () => {
      const { up, blocked, detail } = connection.state()
      return { ok: up && !blocked, detail }
    },
    async close() {
      state.closed = true
      sendBack(state)
      await quiet(state)
      clearInterval(clock)
      await connection.close()
      giveUp(state)
    },
  }
}

async function useChannel(state: Confirms, amqp: AmqpConnection, drop: (reason: string) => void): Promise<void> {
  const channel = await openConfirmChannel(amqp)
  let fault = new Error('channel closed')
  channel.on('error', error => {
    fault = error
  })
  channel.on('ack', ({ deliveryTag, multiple }) => onAck(state, deliveryTag, multiple))
  channel.on('nack', ({ deliveryTag, multiple }) => onNack(state, deliveryTag, multiple))
  channel.on('return', message => onReturn(state, message))
  channel.on('close', () => {
    // without a code it is the connection that goes, and `down` follows
    if (state.channel !== channel || replyCode(fault) === undefined) return
    onRefusal(state, fault)
    useChannel(state, amqp, drop).catch(error => drop(asError(error).message))
  })
  onOpen(state, channel)
  probeMute(state, amqp, () => pump(state)).catch(error => drop(asError(error).message))
}

function watchConfirms(
  state: Confirms,
  connection: Connection,
  { confirmTimeoutMs = 30_000, muteMs = 5_000 }: PublisherOptions,
): NodeJS.Timeout {
  const look = () => {
    if (oldestMs(state) > confirmTimeoutMs) return connection.drop(`no confirm in ${confirmTimeoutMs} ms`)
    findMute(state, muteMs)
    pump(state)
  }
  return setInterval(look, Math.min(1_000, confirmTimeoutMs / 4, muteMs / 4)).unref()
}
