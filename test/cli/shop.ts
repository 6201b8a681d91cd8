import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../cli/main.ts'
import { type Admin, createAdmin } from '../../gateway/admin/server.ts'
import { loadToken } from '../../gateway/admin/token.ts'
import { silent } from '../../gateway/log.ts'
import { newId } from '../../gateway/message.ts'
import { resolveOptions } from '../../gateway/options.ts'
import type { Plan } from '../../gateway/ports.ts'
import { storeOptions } from '../../gateway/store/options.ts'
import type { Store } from '../../gateway/store/port.ts'
import { createStore } from '../../gateway/store/sqlite.ts'
import { fakeParts } from '../gateway/admin/parts.ts'
import { recorder } from './terminal.ts'

/** A project in a folder of its own, with a real store and admin API once it is opened. */
export interface Shop {
  readonly dir: string
  open(): Promise<Store>
  /** Asks the admin API, with its token; with a body it is a POST. */
  call(path: string, body?: object): Promise<Response>
  close(): Promise<void>
  remove(): Promise<void>
  waybill(...args: string[]): Promise<{ code: number; out: string; err: string }>
}

/** A shop; remove it. */
export function createShop(): Shop {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-cli-'))
  writeFileSync(
    join(dir, 'waybill.yaml'),
    `waybill: 1\nname: shop\nlisten: { admin: 127.0.0.1:1 }\nstore: { path: "\${env:STORE:-kept}" }\n`,
  )
  const folder = join(dir, 'kept')
  let running: { store: Store; admin: Admin; address: string; end(): void } | undefined

  async function close(): Promise<void> {
    running?.end()
    await running?.admin.stop()
    await running?.store.close()
    running = undefined
  }

  return {
    dir,
    close,
    async open() {
      const store = await createStore({ ...resolveOptions(storeOptions, { path: folder }), log: silent })
      const fakes = fakeParts()
      const replay = async (...[selection, by]: Parameters<typeof fakes.replay>) => ({
        replayed: (await store.replay(selection, by)).length,
        refused: [],
      })
      const admin = createAdmin({ address: '127.0.0.1:0', token: loadToken(folder), folder, parts: { ...fakes, store, replay } })
      const address = await admin.start()
      running = { store, admin, address, end: () => fakes.metrics.close() }
      return store
    },
    call(path, body) {
      const authorization = `Bearer ${loadToken(folder)}`
      if (!body) return fetch(`${running?.address}${path}`, { headers: { authorization } })
      const headers = { authorization, 'content-type': 'application/json' }
      return fetch(`${running?.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    async remove() {
      await close()
      rmSync(dir, { recursive: true })
    },
    async waybill(...args) {
      const terminal = recorder(dir)
      const code = await main(args, terminal)
      return { code, out: terminal.printed.join('\n'), err: terminal.noted.join('\n') }
    },
  }
}

/** Accepts an order for the warehouse and the books; resolves with its id. */
export async function acceptOrder(store: Store, key: string): Promise<string> {
  const [id = ''] = await acceptOrders(store, [key])
  return id
}

/** Accepts an order for each key; resolves with the ids. */
export async function acceptOrders(store: Store, keys: readonly string[]): Promise<string[]> {
  const plans = keys.map(orderPlan)
  await store.accept(plans, 'store')
  return plans.map(plan => plan.message.id)
}

function orderPlan(key: string): Plan {
  const body = Buffer.from(JSON.stringify({ id: key }))
  const [contentType, headers] = ['application/json', {}]
  const message = {
    ...{
      id: newId(),
      route: 'orders',
      sourceIndex: 0,
      source: 'rest POST /v1/orders',
      client: 'shop',
      correlationId: 'c-1',
      meta: {},
      contentType,
      headers,
      body,
    },
    receivedAt: Date.now(),
  }
  const planned = ['warehouse', 'books'].map((entry, index) => ({
    entry,
    target: entry,
    contentType,
    headers,
    body,
    chosen: `to[${index}]`,
  }))
  return { message, key, deliveries: planned }
}

/** Keeps a message that was never accepted; resolves with its id. */
export async function bury(store: Store): Promise<string> {
  const { message } = orderPlan('never')
  await store.bury([{ message, code: 'NOT_READABLE', detail: 'no JSON at 1:1' }])
  return message.id
}

/** Gives up the warehouse's part of orders. */
export async function refuse(store: Store, ...ids: string[]): Promise<void> {
  const error = { code: 'TARGET_REFUSED' as const, detail: 'warehouse answered 400: no such item' }
  await store.settle(ids.map(messageId => ({ messageId, entry: 'warehouse', state: 'dead', attempts: 1, at: Date.now(), error })))
}
