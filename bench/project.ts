import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { root } from '../test/support/root.ts'
import { atExit } from './leftovers.ts'

/** The four targets of the work. */
export const targets = ['us-priority', 'us', 'eu', 'rest'] as const

/** Nobody listens there; the targets are paused and nothing is sent. */
const CLOSED = 'http://127.0.0.1:9/'

/** A project in a folder of its own. */
export interface BenchProject {
  readonly dir: string
  /** Takes the folder away. */
  remove(): void
}

/** A project of one file, `waybill.yaml`. */
export function writtenProject(yaml: string): BenchProject {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  const forget = atExit(remove)
  writeFileSync(join(dir, 'waybill.yaml'), yaml)
  return {
    dir,
    remove() {
      forget()
      remove()
    },
  }
}

/**
 * The project of S1 (bench/peer/accept: its schema, mapping and routing) on the embedded queue, with REST targets at a closed port, and with
 * as many routes as asked: `POST /orders`, `POST /orders-2`, and so on.
 */
export function embeddedProject(routes = 1): BenchProject {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  const forget = atExit(remove)
  const original = join(root, 'bench', 'peer', 'accept')
  cpSync(original, dir, { recursive: true, filter: path => !path.endsWith('data') })
  const {
    waybill,
    name,
    defaults,
    routes: { orders },
  } = parse(readFileSync(join(original, 'waybill.yaml'), 'utf8'))
  const more = Array.from({ length: routes - 1 }, (_, index) => [
    `orders-${index + 2}`,
    { ...orders, from: { ...orders.from, rest: `POST /orders-${index + 2}` } },
  ])
  const embedded = {
    waybill,
    name,
    defaults,
    listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' },
    store: { path: 'data' },
    systems: Object.fromEntries(targets.map(target => [target, { rest: { url: CLOSED } }])),
    routes: { orders, ...Object.fromEntries(more) },
  }
  writeFileSync(join(dir, 'waybill.yaml'), stringify(embedded, { aliasDuplicateObjects: false }))
  return {
    dir,
    remove() {
      forget()
      remove()
    },
  }
}
