import type { ConfirmChannel } from 'amqplib/callback_api'
import type { Publication } from '../../ports.ts'
import { closeChannel, openConfirmChannel, replyCode } from './channel.ts'
import type { AmqpConnection } from './connection.ts'
import type { Confirms } from './publisher-state.ts'
import { asBuffer, destinationOf, exempt, type Item, join, joinAtHead, settle, takeAll } from './window.ts'

// A quorum queue without a majority neither confirms nor refuses. After 32 such publications (quorum_commands_soft_limit), or with the
// first one on a new channel, RabbitMQ 3.10 stops to read the channel: that one target would stop every other.

/** The destination has been silent for too long. */
export function isMute(state: Confirms, publication: Publication): boolean {
  return state.mute.size > 0 && state.mute.has(destinationOf(publication))
}

/** Lets an item of a mute destination wait without room of the window. */
export function setAside(state: Confirms, item: Item): void {
  exempt(state.flight, item)
  // what breaks a channel breaks it at once
  if (state.trial === item) state.trial = undefined
}

/** What has waited this long for its confirm makes its destination mute, until the broker says anything about it. */
export function findMute(state: Confirms, ms: number): void {
  if (state.blocked) return
  const before = performance.now() - ms
  if (state.clockFrom > before) return
  for (const item of state.flight.items.values()) {
    if (item.sentAt > before) break
    if (item.stuck) continue
    const { exchange, routingKey } = item.publication
    if (!isMute(state, item.publication)) state.options.log.warn('destination-mute', { exchange, routingKey, ms })
    state.mute.add(destinationOf(item.publication))
    setAside(state, item)
  }
}

/** The broker has spoken of the destination: what is parked for it goes next. */
export function unmute(state: Confirms, publication: Publication): void {
  if (state.mute.size === 0) return
  const destination = destinationOf(publication)
  state.mute.delete(destination)
  const items = state.parked.get(destination)
  if (items && state.parked.delete(destination)) joinAtHead(state.line, items)
}

/** On a new channel: what is in doubt for mute destinations stays away from it. */
export function park(state: Confirms): void {
  if (state.mute.size === 0) return
  for (const item of takeAll(state.line)) {
    const destination = destinationOf(item.publication)
    const parked = state.parked.get(destination) ?? []
    if (!state.mute.has(destination)) join(state.line, item)
    else if (parked.push(item) === 1) state.parked.set(destination, parked)
  }
}

/** Publishes one of what is parked for each mute destination, each on a channel of its own, which may hang; the first answer unmutes the destination. */
export async function probeMute(state: Confirms, amqp: AmqpConnection, answered: () => void): Promise<void> {
  for (const destination of [...state.mute]) {
    const [item] = state.parked.get(destination) ?? []
    if (item) probe(state, await openConfirmChannel(amqp), item, answered)
    else state.mute.delete(destination)
  }
}

function probe(state: Confirms, channel: ConfirmChannel, item: Item, answered: () => void): void {
  const { exchange, routingKey, body, ...properties } = item.publication
  let returned = false
  const answer = (stored: boolean) => {
    const parked = state.parked.get(destinationOf(item.publication))
    if (stored && parked?.[0] === item) settle(parked.shift() ?? item, 'stored')
    unmute(state, item.publication)
    void closeChannel(channel)
    answered()
  }
  channel.on('return', () => {
    returned = true
  })
  channel.on('ack', () => answer(!returned))
  channel.on('nack', () => answer(false))
  // without a code it is the connection that goes, which says nothing about the destination
  channel.on('error', error => replyCode(error) !== undefined && answer(false))
  channel.publish(exchange, routingKey, asBuffer(body), { persistent: true, mandatory: true, ...properties })
}
