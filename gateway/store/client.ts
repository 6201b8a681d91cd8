import { Worker } from 'node:worker_threads'
import { GatewayError } from '../errors.ts'
import type { Balance } from './port.ts'
import type { Failure, Opened, Outcomes, Proven, Reads, Request, Response, Start, WireCall, Writes } from './protocol.ts'
import { type Freight, pack } from './wire.ts'

type All = Writes & Reads
type Name = keyof All

/** The store's thread as seen from here. All calls reject with GatewayError. */
export interface Client {
  /** Goes with the next batch, at once where the thread is idle. */
  ask<K extends Name>(name: K, ...args: All[K]['args']): Promise<All[K]['result']>
  /** As `ask`, with arguments that are made when the batch goes: their bodies join its freight. */
  send<K extends Name>(name: K, args: (freight: Freight) => All[K]['args']): Promise<All[K]['result']>
  /** Waits for another call's batch, at most `settleDelayMs`. */
  later<K extends Name>(name: K, args: (freight: Freight) => All[K]['args']): Promise<All[K]['result']>
  balance(): Promise<Balance>
  opened(): Opened
  /** How long the last batches took to commit, in milliseconds, in no order. */
  commits(): readonly number[]
  /** Why nothing more can be written; undefined while all is well. */
  broken(): string | undefined
  /** What the last write failed with; undefined once one succeeds. */
  trouble(): string | undefined
  /** Lets what was called before it end; then the folder is free for another owner. */
  close(): Promise<void>
}

interface Pending<T = never> {
  readonly resolve: (value: T) => void
  readonly reject: (error: GatewayError) => void
}
interface Call extends Pending {
  readonly make: (freight: Freight) => WireCall
}

interface State {
  readonly worker: Worker
  readonly settleDelayMs: number
  readonly commits: number[]
  readonly balances: Map<number, Pending<Balance>>
  waiting: Call[]
  running: Call[] | undefined
  urgent: boolean
  lastUrgent: number
  scheduled: boolean
  timer: NodeJS.Timeout | undefined
  opened: Opened
  batches: number
  asked: number
  broken: string | undefined
  trouble: string | undefined
  closing: Promise<void> | undefined
  drained: (() => void) | undefined
}

/** A batch goes at once when this many calls wait in it. */
const MANY = 512
const COMMITS = 256
/** Without an urgent call for so long none is to be expected: what waits goes after a millisecond. */
const IDLE_MS = 100

/** Starts the store's thread; resolves when the store is open, rejects with STORE_OWNED or STORE_CORRUPT. */
export async function startClient(start: Start, settleDelayMs: number): Promise<Client> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start })
  const state = createState(worker, settleDelayMs, await ready(worker))
  worker.on('message', (response: Response) => receive(state, response))
  worker.on('error', error => fail(state, `the store's thread ended: ${error.message}`))
  worker.on('exit', () => fail(state, state.closing ? 'the store is closed' : "the store's thread ended"))
  return {
    ask: (name, ...args) => enqueue(state, () => [name, ...args], true),
    send: (name, args) => enqueue(state, freight => [name, ...args(freight)], true),
    later: (name, args) => enqueue(state, freight => [name, ...args(freight)], false),
    balance: () => askBalance(state),
    opened: () => state.opened,
    commits: () => state.commits,
    broken: () => state.broken,
    trouble: () => state.trouble,
    close() {
      state.closing ??= close(state)
      return state.closing
    },
  }
}

function createState(worker: Worker, settleDelayMs: number, opened: Opened): State {
  return {
    worker,
    settleDelayMs,
    commits: [],
    balances: new Map(),
    waiting: [],
    running: undefined,
    urgent: false,
    lastUrgent: 0,
    scheduled: false,
    timer: undefined,
    opened,
    batches: 0,
    asked: 0,
    broken: undefined,
    trouble: undefined,
    closing: undefined,
    drained: undefined,
  }
}

function ready(worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (response: Response) => {
      worker.off('error', reject)
      if (response.kind === 'ready') resolve(response.opened)
      else if (response.kind === 'refused') worker.once('exit', () => reject(errorOf(response.failure)))
      else reject(new GatewayError('INTERNAL', `the store's thread began with "${response.kind}"`))
    })
  })
}

function enqueue<T>(state: State, make: Call['make'], urgent: boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const refusal = refusalOf(state)
    if (refusal) return reject(refusal)
    state.waiting.push({ make, resolve, reject })
    if (urgent || state.waiting.length >= MANY) state.urgent = true
    schedule(state)
  })
}

function refusalOf({ broken, closing }: State): GatewayError | undefined {
  const detail = broken ?? (closing && 'the store is closed')
  return detail === undefined ? undefined : new GatewayError('STORE_UNAVAILABLE', detail)
}

/** What comes in one turn of the event loop goes together; what is not urgent waits for company. */
function schedule(state: State): void {
  if (state.running || state.scheduled) return
  if (state.waiting.length === 0) {
    state.drained?.()
  } else if (state.urgent || state.closing) {
    clearTimeout(state.timer)
    state.scheduled = true
    state.lastUrgent = performance.now()
    setImmediate(flush, state)
  } else if (!state.timer) {
    const idle = performance.now() - state.lastUrgent > IDLE_MS
    state.timer = setTimeout(flush, idle ? 1 : state.settleDelayMs, state)
  }
}

function flush(state: State): void {
  clearTimeout(state.timer)
  state.timer = undefined
  state.scheduled = false
  if (state.running || state.waiting.length === 0) return
  state.running = state.waiting
  state.waiting = []
  state.urgent = false
  const freight: Freight = { parts: [], length: 0 }
  const calls = state.running.map(call => call.make(freight))
  const packed = pack(freight)
  post(state, { kind: 'batch', calls, freight: packed }, [packed.buffer])
}

function post({ worker }: State, request: Request, transfer: readonly ArrayBuffer[] = []): void {
  worker.postMessage(request, [...transfer])
}

function receive(state: State, response: Response): void {
  if (response.kind === 'done') {
    const batch = state.running ?? []
    state.running = undefined
    state.opened = response.opened
    note(state, response.outcomes)
    schedule(state)
    conclude(batch, response.outcomes)
  } else if (response.kind === 'balance') {
    receiveBalance(state, response.id, response.proven)
  } else if (response.kind === 'broken') {
    state.trouble = response.failure.detail
    if (response.failure.final) fail(state, response.failure.detail)
  }
}

function note(state: State, { commitMs, failures }: Outcomes): void {
  if (commitMs === 0) return
  state.commits[state.batches % COMMITS] = commitMs
  state.batches += 1
  state.trouble = failures?.find(failure => failure?.code === 'STORE_UNAVAILABLE')?.detail
}

function conclude(batch: readonly Call[], { values, failures }: Outcomes): void {
  for (const [index, call] of batch.entries()) {
    const failure = failures?.[index]
    if (failure) call.reject(errorOf(failure))
    // The types of both sides are those of the call's name: see `enqueue`.
    else call.resolve(values[index] as never)
  }
}

function askBalance(state: State): Promise<Balance> {
  return new Promise((resolve, reject) => {
    const refusal = refusalOf(state)
    if (refusal) return reject(refusal)
    const id = ++state.asked
    state.balances.set(id, { resolve, reject })
    post(state, { kind: 'balance', id })
  })
}

function receiveBalance(state: State, id: number, proven: Proven): void {
  const asked = state.balances.get(id)
  state.balances.delete(id)
  if ('value' in proven) asked?.resolve(proven.value)
  else asked?.reject(errorOf(proven.failure))
}

function fail(state: State, detail: string): void {
  state.broken ??= detail
  clearTimeout(state.timer)
  const error = new GatewayError('STORE_UNAVAILABLE', detail)
  for (const call of [...(state.running ?? []), ...state.waiting, ...state.balances.values()]) call.reject(error)
  state.running = undefined
  state.waiting = []
  state.balances.clear()
  state.drained?.()
}

async function close(state: State): Promise<void> {
  const ended = new Promise<void>(resolve => state.worker.once('exit', () => resolve()))
  if (state.broken !== undefined) return void (await state.worker.terminate())
  // `closing` is set only after this first part has run: what waits goes at once from the next turn on.
  state.urgent = true
  await new Promise<void>(resolve => {
    state.drained = resolve
    schedule(state)
  })
  if (state.broken === undefined) post(state, { kind: 'close' })
  await ended
}

function errorOf({ code, detail }: Failure): GatewayError {
  return new GatewayError(code, detail)
}
