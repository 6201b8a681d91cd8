import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from '../test/support/root.ts'

/** The folder of the common harness, its load and its other programs. */
export const shared = process.env.BENCH_SHARED ?? join(root, '..', 'shared', 'bench')

/** Why something cannot run: the harness or one of these programs is not there. */
export function missingFor(...programs: readonly string[]): string | undefined {
  if (!existsSync(join(shared, 'load.lua')))
    return `${shared} is not there; it holds the work and the load (BENCH_SHARED names another place)`
  const absent = programs.filter(program => !onPath(program))
  return absent.length > 0 ? `not on the PATH: ${absent.join(', ')}` : undefined
}

export function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => executable(join(folder, program)))
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The orders that the harness posts: all four routes and both sides of the total. */
export function sampleOrders(): readonly { readonly orderId: string; readonly text: string }[] {
  const order = JSON.parse(readFileSync(join(shared, 'order.json'), 'utf8'))
  return CASES.map(([country, total]) => ({
    orderId: order.orderId,
    text: JSON.stringify({ ...order, customer: { ...order.customer, country }, total }),
  }))
}

const CASES = [
  ['US', 1142.35],
  ['DE', 1142.35],
  ['US', 942.35],
  ['JP', 1142.35],
  ['FR', 842.35],
  ['BR', 512.35],
  ['US', 1000],
  ['US', 999.99],
] as const
