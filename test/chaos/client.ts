import { setTimeout as pause } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'

/** A sender that keeps on until it has an answer, always with the same key for the same order. */
export interface Orders {
  /** Where orders go: `http://127.0.0.1:PORT/orders`. */
  readonly url: string
  readonly count: number
  /** What the orders' numbers begin with: `SO` makes SO-0, SO-1, ... */
  readonly prefix?: string
  /** At the same time; 16 unless told. */
  readonly clients?: number
  /** Orders a second; as many as go unless told. */
  readonly perSecond?: number
  /** How an order is sent; as JSON unless told. */
  readonly form?: OrderForm
  /** How long it goes on in all; then it gives up what has no answer. 60 s unless told. */
  readonly patienceMs?: number
}

/** How an order goes over the wire, always the same for the same order. */
export interface OrderForm {
  headers(order: string): Readonly<Record<string, string>>
  body(order: string, sentAt: number): string
  /** The message's id in the answer, or '' where the protocol does not tell it. */
  id(answer: string): string
}

const jsonForm: OrderForm = {
  headers: order => ({ 'content-type': 'application/json', 'idempotency-key': order }),
  body: (order, sentAt) => JSON.stringify({ id: order, sentAt }),
  id: answer => String(JSON.parse(answer).id),
}

/** What the sender knows afterwards. */
export interface Sent {
  readonly attempted: ReadonlySet<string>
  /** Orders that were answered with 202, with the message's id, or '' where that was not told. */
  readonly answered: ReadonlyMap<string, string>
  /** Answers other than 202 and 503, in words; there should be none. */
  readonly refused: readonly string[]
  /** How many answers of each status, and of connections that broke (0). */
  readonly statuses: ReadonlyMap<number, number>
}

interface Sending extends Orders {
  readonly form: OrderForm
  readonly dispatcher: Dispatcher
  readonly endAt: number
  readonly attempted: Set<string>
  readonly answered: Map<string, string>
  readonly refused: string[]
  readonly statuses: Map<number, number>
  next: number
}

/** Sends all orders; resolves when each has its answer or the patience is over. */
export async function sendOrders(orders: Orders): Promise<Sent> {
  const clients = orders.clients ?? 16
  const dispatcher = new Agent({ connections: clients, headersTimeout: 10_000, connectTimeout: 2_000 })
  const sending: Sending = {
    ...orders,
    form: orders.form ?? jsonForm,
    dispatcher,
    endAt: performance.now() + (orders.patienceMs ?? 60_000),
    attempted: new Set(),
    answered: new Map(),
    refused: [],
    statuses: new Map(),
    next: 0,
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: clients }, () => work(sending, began)))
  await dispatcher.destroy()
  return sending
}

async function work(sending: Sending, began: number): Promise<void> {
  while (sending.next < sending.count && performance.now() < sending.endAt) {
    const number = sending.next++
    if (sending.perSecond) await pause(Math.max(0, began + (number * 1_000) / sending.perSecond - performance.now()))
    await persist(sending, `${sending.prefix ?? 'SO'}-${number}`)
  }
}

async function persist(sending: Sending, order: string): Promise<void> {
  sending.attempted.add(order)
  const body = sending.form.body(order, Date.now())
  for (let wait = 10; performance.now() < sending.endAt; wait = Math.min(wait * 2, 200)) {
    if (await once(sending, order, body)) return
    await pause(wait)
  }
}

/** True where the order needs no other try. */
async function once(sending: Sending, order: string, body: string): Promise<boolean> {
  const { status, text } = await post(sending, order, body)
  sending.statuses.set(status, (sending.statuses.get(status) ?? 0) + 1)
  if (status === 202) sending.answered.set(order, sending.form.id(text))
  else if (status !== 0 && status !== 503) sending.refused.push(`${order}: ${status} ${text.slice(0, 200)}`)
  return status !== 0 && status !== 503
}

async function post({ url, dispatcher, form }: Sending, order: string, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await request(url, { method: 'POST', dispatcher, headers: form.headers(order), body })
    return { status: response.statusCode, text: await response.body.text() }
  } catch {
    return { status: 0, text: '' }
  }
}

/** Several sendings as one. */
export function together(...all: readonly Sent[]): Sent {
  const statuses = new Map<number, number>()
  for (const sent of all) for (const [status, count] of sent.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count)
  return {
    attempted: new Set(all.flatMap(sent => [...sent.attempted])),
    answered: new Map(all.flatMap(sent => [...sent.answered])),
    refused: all.flatMap(sent => sent.refused),
    statuses,
  }
}
