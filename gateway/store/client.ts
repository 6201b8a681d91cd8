import { Worker } from 'node:worker_threads'
import { GatewayError } from '../errors.ts'
import type { Balance } from './port.ts'
import type { Failure, Opened, Outcome, Reads, Request, Response, Start, WireCall, Writes } from './protocol.ts'
import type { Freight } from './wire.ts'
import { pack } from './wire.ts'

type Name = keyof Writes | keyof Reads
type All = Writes & Reads

interface Pending {
  /** Made when the batch goes: its bodies join the freight. */
  readonly call: (freight: Freight) => WireCall
  readonly resolve: (value: never) => void
  readonly reject: (error: GatewayError) => void
}

/** The store's thread as seen from here. */
export interface Client {
  /** Goes with the next batch, at once where the thread is idle. */
  ask<K extends Name>(name: K, ...args: All[K]['args']): Promise<All[K]['result']>
  /** As `ask`, with arguments that are made when the batch goes. */
  send<K extends Name>(name: K, args: (freight: Freight) => All[K]['args']): Promise<All[K]['result']>
  /** Waits for another call's batch, at most `settleDelayMs`. */
  later<K extends Name>(name: K, args: (freight: Freight) => All[K]['args']): Promise<All[K]['result']>
  balance(): Promise<Balance>
  opened(): Opened
  /** How long the last batches took to commit, in milliseconds, in no order. */
  commits(): readonly number[]
  /** Why nothing more can be written; undefined while all is well. */
  broken(): string | undefined
  /** What the last commit failed with; undefined once one succeeds. */
  trouble(): string | undefined
  close(): Promise<void>
}

interface State {
  readonly worker: Worker
  readonly settleDelayMs: number
  waiting: Pending[]
  running: Pending[] | undefined
  urgent: boolean
  timer: NodeJS.Timeout | undefined
  scheduled: boolean
  opened: Opened
  broken: string | undefined
  trouble: string | undefined
  closing: Promise<void> | undefined
  lastUrgent: number
  readonly commits: number[]
  commitAt: number
  readonly balances: Map<number, { resolve: (balance: Balance) => void; reject: (error: GatewayError) => void }>
}

/** A batch goes early when this many calls wait in it. */
const MANY = 512
const COMMITS = 256

/** Starts the store's thread; resolves when the store is open, rejects with STORE_OWNED or STORE_CORRUPT. */
export async function startClient(start: Start, settleDelayMs: number): Promise<Client> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start })
  const opened = await ready(worker)
  const state: State = {
    worker,
    settleDelayMs,
    waiting: [],
    running: undefined,
    urgent: false,
    timer: undefined,
    scheduled: false,
    opened,
    broken: undefined,
    trouble: undefined,
    closing: undefined,
    lastUrgent: 0,
    commits: [],
    commitAt: 0,
    balances: new Map(),
  }
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
    close: () => (state.closing ??= close(state)),
  }
}

function ready(worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (response: Response) => {
      worker.off('error', reject)
      if (response.kind === 'ready') return resolve(response.opened)
      reject(
        response.kind === 'refused' ? errorOf(response.failure) : new GatewayError('INTERNAL', `the store's thread said ${response.kind}`),
      )
    })
  })
}

function enqueue<T>(state: State, call: Pending['call'], urgent: boolean): Promise<T> {
  const refusal = state.broken ?? (state.closing && 'the store is closing')
  if (refusal !== undefined) return Promise.reject(new GatewayError('STORE_UNAVAILABLE', refusal))
  return new Promise((resolve, reject) => {
    state.waiting.push({ call, resolve, reject })
    if (urgent || state.waiting.length >= MANY) state.urgent = true
    schedule(state)
  })
}

/** What comes in one turn of the event loop goes together; what is not urgent waits for company. */
function schedule(state: State): void {
  if (state.running || state.scheduled || state.waiting.length === 0) return
  if (state.urgent) {
    clearTimeout(state.timer)
    state.timer = undefined
    state.scheduled = true
    state.lastUrgent = performance.now()
    setImmediate(flush, state)
  } else if (!state.timer) {
    const idle = performance.now() - state.lastUrgent > 100
    state.timer = setTimeout(flush, idle ? 1 : state.settleDelayMs, state)
  }
}

function flush(state: State): void {
  clearTimeout(state.timer)
  state.timer = undefined
  state.scheduled = false
  if (state.running || state.waiting.length === 0) return
  const batch = state.waiting
  state.running = batch
  state.waiting = []
  state.urgent = false
  const freight: Freight = { parts: [], length: 0 }
  const calls = batch.map(pending => pending.call(freight))
  const packed = pack(freight)
  post(state, { kind: 'batch', id: 0, calls, freight: packed }, [packed.buffer])
}

function post(state: State, request: Request, transfer: readonly ArrayBuffer[] = []): void {
  state.worker.postMessage(request, [...transfer])
}

function receive(state: State, response: Response): void {
  if (response.kind === 'balance') receiveBalance(state, response)
  if (response.kind !== 'done') return
  const batch = state.running ?? []
  state.running = undefined
  state.opened = response.opened
  if (response.commitMs > 0) state.commits[state.commitAt++ % COMMITS] = response.commitMs
  schedule(state)
  for (const [index, pending] of batch.entries()) settle(state, pending, response.outcomes[index])
}

function settle(state: State, pending: Pending, outcome: Outcome | undefined): void {
  if (outcome && 'value' in outcome) {
    state.trouble = undefined
    pending.resolve(outcome.value as never)
    return
  }
  const failure = outcome?.failure ?? { code: 'INTERNAL', detail: 'no outcome', final: false }
  if (failure.final) state.broken ??= failure.detail
  if (failure.code === 'STORE_UNAVAILABLE') state.trouble = failure.detail
  pending.reject(errorOf(failure))
}

function askBalance(state: State): Promise<Balance> {
  const refusal = state.broken ?? (state.closing && 'the store is closing')
  if (refusal !== undefined) return Promise.reject(new GatewayError('STORE_UNAVAILABLE', refusal))
  return new Promise((resolve, reject) => {
    const id = state.balances.size === 0 ? 1 : Math.max(...state.balances.keys()) + 1
    state.balances.set(id, { resolve, reject })
    post(state, { kind: 'balance', id })
  })
}

function receiveBalance(state: State, { id, outcome }: Extract<Response, { kind: 'balance' }>): void {
  const asked = state.balances.get(id)
  state.balances.delete(id)
  if ('value' in outcome) asked?.resolve(outcome.value)
  else asked?.reject(errorOf(outcome.failure))
}

function fail(state: State, detail: string): void {
  state.broken ??= detail
  clearTimeout(state.timer)
  const error = new GatewayError('STORE_UNAVAILABLE', detail)
  for (const pending of [...(state.running ?? []), ...state.waiting]) pending.reject(error)
  for (const asked of state.balances.values()) asked.reject(error)
  state.running = undefined
  state.waiting = []
  state.balances.clear()
}

/** Lets what was called before it end, then closes the database and gives up the ownership. */
async function close(state: State): Promise<void> {
  const ended = new Promise<void>(resolve => state.worker.once('exit', () => resolve()))
  if (state.broken !== undefined) return void (await state.worker.terminate())
  state.urgent = true
  while (state.running || state.waiting.length > 0) {
    schedule(state)
    await new Promise(resolve => setImmediate(resolve))
    if (state.broken !== undefined) return
  }
  post(state, { kind: 'close' })
  await ended
}

function errorOf({ code, detail }: Failure): GatewayError {
  return new GatewayError(code, detail)
}
