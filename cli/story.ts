import type { DeliveryView, EventView, StoryView } from '../gateway/admin/views.ts'
import { BATCH, SPLIT } from '../gateway/ports.ts'
import { partLines } from './file-story.ts'
import { plain } from './terminal.ts'
import { clock, counted, entryWords, listed, moment, short, span } from './words.ts'

/** What became of a message in words, a line for each thing that happened, then where each of its entries stands at `now` (milliseconds). */
export function storyLines(story: StoryView, now: number): string[] {
  const { message, deliveries, events } = story
  return [
    `message ${plain(message.id)} of route ${plain(message.route)} (times in UTC)`,
    ...partLines(story),
    ...events.map(event => `${moment(event.at)}  ${eventWords(event, story)}`),
    ...chosenLines(deliveries),
    ...deliveries.map(delivery => standing(delivery, now)),
  ]
}

type Words = (event: EventView, story: StoryView) => string

const WORDS: Readonly<Record<EventView['what'], Words>> = {
  accepted: (_, story) => acceptedWords(story),
  'attempt-failed': event => `${about(event)}${failedWords(event)}${nextTry(event)}`,
  delivered: (event, story) =>
    isSplit(event, story)
      ? 'all of its records are read'
      : `${about(event)}delivered at attempt ${event.attempt ?? attemptsOf(event, story)}${answered(event)}`,
  dead: event => `${about(event)}given up${event.attempt ? ` after attempt ${event.attempt}` : ''}: ${fault(event)}`,
  expired: event => `${about(event)}expired: the message's own deadline passed before the target took it`,
  replayed: event => `${about(event)}opened again by ${plain(event.by ?? 'somebody')}`,
  discarded: event => `${about(event)}discarded by ${plain(event.by ?? 'somebody')}`,
  buried: (event, { message }) =>
    `never accepted, kept as a dead letter${message.parent === undefined ? ' since nobody waited for an answer' : ''}: ${fault(event)}`,
  'late-reply': event => `${about(event)}the reply came after the caller had its receipt; it is kept under it${answered(event)}`,
}

function eventWords(event: EventView, story: StoryView): string {
  return WORDS[event.what](event, story)
}

function acceptedWords({ message, deliveries, events }: StoryView): string {
  const sender = message.client === undefined ? '' : ` (client ${plain(message.client)})`
  const key = message.key === undefined ? '' : `, key ${plain(message.key)}`
  const from = `route ${plain(message.route)} from ${plain(message.source)}${sender}${key}`
  if (events.some(({ what }) => what === 'buried')) return `came to ${from}`
  const said = `accepted by ${from}; `
  if (message.filtered !== undefined) return `${said}no entry planned, as the route wants it: ${plain(message.filtered)}`
  if (deliveries.length === 0) return `${said}it was split at once`
  if (deliveries.every(({ target }) => target.startsWith(SPLIT))) return `${said}its records are to be read`
  const names = deliveries.map(({ entry, target }) => entryWords(entry, target))
  return `${said}${counted(deliveries.length, 'entry', 'entries')} planned: ${listed(names, 50)}`
}

function isSplit({ entry }: EventView, { deliveries }: StoryView): boolean {
  return deliveries.some(one => one.entry === entry && one.target.startsWith(SPLIT))
}

function about({ entry }: EventView): string {
  return entry === undefined || entry === '-' ? '' : `${plain(entry)} `
}

/** What was put back unsent has no error. */
function failedWords(event: EventView): string {
  const { attempt = '?', code } = event
  return code === undefined ? 'was not sent, since its target was down or paused' : `attempt ${attempt} failed: ${fault(event)}`
}

function nextTry({ at, dueAt }: EventView): string {
  return dueAt === undefined ? '' : `; next try in ${span(Date.parse(dueAt) - Date.parse(at))}`
}

function fault({ code, detail, answer }: EventView): string {
  const said = [code, detail].filter(part => part !== undefined && part !== '').map(part => short(part ?? '', 400))
  return `${said.join(' ') || 'no reason was kept'}${answer ? `; it answered: ${short(answer, 240)}` : ''}`
}

function answered({ detail, answer }: EventView): string {
  const said = answer ?? detail
  return said ? `; it answered: ${short(said, 240)}` : ''
}

function attemptsOf({ entry }: EventView, { deliveries }: StoryView): string {
  return String(deliveries.find(delivery => delivery.entry === entry)?.attempts ?? '?')
}

function chosenLines(deliveries: readonly DeliveryView[]): string[] {
  const chosen = deliveries.filter(({ entry, target }) => entry !== '-' && !target.startsWith(SPLIT))
  if (chosen.length === 0) return ['']
  return ['', `chosen by: ${chosen.map(one => `${plain(one.entry)} by ${plain(one.chosen)}`).join(', ')}`]
}

function standing(delivery: DeliveryView, now: number): string {
  return `now: ${standingName(delivery)} ${standingWords(delivery, now)}`
}

function standingName({ entry, target }: DeliveryView): string {
  if (target.startsWith(SPLIT)) return 'the reading of its records'
  return entry === '-' ? 'the message itself' : plain(entry)
}

function standingWords(delivery: DeliveryView, now: number): string {
  const { state, target, attempts, dueAt, settledAt, lastError, replays } = delivery
  const after = `${counted(attempts, 'attempt')}${replays > 0 ? `, opened again ${counted(replays, 'time')}` : ''}`
  const error = lastError === undefined ? '' : `; last error: ${short(lastError)}`
  const yes = target.startsWith(SPLIT) ? 'done' : 'delivered'
  if (state === 'delivered')
    return `is ${yes}${settledAt === undefined ? '' : ` since ${moment(settledAt)}`} (${after})${carried(delivery)}`
  if (state === 'queued') return `is queued (${placeWords(delivery)}), ${after} so far${error}`
  if (state !== 'waiting') return `is ${state}${settledAt === undefined ? '' : ` since ${moment(settledAt)}`} (${after})${error}`
  const wait = dueAt === undefined ? 0 : Date.parse(dueAt) - now
  const next = dueAt === undefined ? '' : wait > 0 ? `; next try in ${span(wait)}, at ${clock(dueAt)}` : '; its next try is due now'
  return `waits after ${after}${next}${error}`
}

function carried({ batch }: DeliveryView): string {
  return batch === undefined ? '' : `, in the batch ${plain(batch)}`
}

function placeWords({ place, target, batch }: DeliveryView): string {
  if (batch !== undefined && place === 'batch') return `in the batch ${plain(batch)}`
  return place === 'store' && target.startsWith(BATCH) ? 'in the store, until its batch is full or due' : PLACES[place]
}

const PLACES: Readonly<Record<DeliveryView['place'], string>> = {
  store: 'in the store',
  broker: 'with the broker',
  source: 'not yet acknowledged in its source queue',
  batch: 'in a batch',
}
