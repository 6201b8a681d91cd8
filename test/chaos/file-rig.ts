import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { until } from '../support/until.ts'
import type { Rig } from './rig.ts'

// What tests share that kill a gateway while files come and go.

/** Each so many rows one is bad. */
const BAD_EVERY = 100

/** A mapping that bad rows break. */
export const ROW = `mappings:
  row: { rules: { id: body.id, quantity: int(body.quantity), sentAt: { is: 0 } } }
`

/** Rows `R-0` and on, with a header row; one in a hundred is bad. */
export function rowsText(rows: number, prefix = 'R'): string {
  const lines = Array.from({ length: rows }, (_, row) => `${prefix}-${row},${isBad(row) ? 'many' : row % 40}`)
  return `id,quantity\n${lines.join('\n')}\n`
}

function isBad(row: number): boolean {
  return row % BAD_EVERY === 7
}

/** The names of the rows that can be accepted. */
export function goodRows(rows: number, prefix = 'R'): readonly string[] {
  return Array.from({ length: rows }, (_, row) => row)
    .filter(row => !isBad(row))
    .map(row => `${prefix}-${row}`)
}

/** Puts a file into the project's folder at once. */
export function drop(rig: Rig, path: string, content: string | Uint8Array): void {
  const to = join(rig.gateway.dir, path)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(join(rig.gateway.dir, 'dropped'), content)
  renameSync(join(rig.gateway.dir, 'dropped'), to)
}

/** The names in a folder of the project. */
export function listed(rig: Rig, path: string): readonly string[] {
  return readdirSync(join(rig.gateway.dir, path)).sort()
}

/** It has died at a failpoint; dies once more there, where it comes there again, and then runs. */
export async function dieAgain(rig: Rig, point: string, ended: () => boolean): Promise<void> {
  const name = point.replace(/@\d+$/, '')
  try {
    await rig.again({ WAYBILL_FAILPOINT: name })
    await Promise.race([rig.died(), until('it ends', ended, 20_000)])
  } catch {
    // it died before it was ready
  }
  await rig.gateway.end('SIGKILL')
  await rig.again()
}

/** The receipts of the files that a route has taken, its records aside. */
export async function fileReceipts(rig: Rig, route: string): Promise<readonly ReceiptView[]> {
  const ids = new Set<string>()
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page = (await rig.gateway.api('GET', `/api/messages?route=${route}&limit=500${cursor && `&cursor=${cursor}`}`)) as {
      readonly items: readonly ReceiptView[]
      readonly cursor?: string
    }
    for (const one of page.items) ids.add(one.parent ?? one.id)
    cursor = page.cursor
  }
  return Promise.all([...ids].map(async id => (await rig.gateway.api('GET', `/api/receipts/${id}`)) as ReceiptView))
}

/** Of the only file of a route: each row once at the target and in the ledger, and the counts right. */
export async function verifyRows(rig: Rig, route: string, rows: number, target = 'shelf'): Promise<void> {
  const good = goodRows(rows)
  const seen = await rig.target(target).seen()
  expect(seen.map(({ order }) => order).sort(), 'lost, unexpected or under two ids').to.deep.equal([...good].sort())
  expect((await rig.balance()).targets.find(one => one.target === target)).to.include({ accepted: good.length, queued: 0, dead: 0 })
  const files = await fileReceipts(rig, route)
  expect(files.map(({ records }) => records)).to.deep.equal([countsOf(rows)])
}

/** The counts of a file of so many rows that has ended. */
export function countsOf(rows: number): ReceiptView['records'] {
  const good = goodRows(rows).length
  return { read: rows, accepted: good, known: 0, rejected: rows - good, delivered: good, failed: 0, filtered: 0, complete: true }
}
