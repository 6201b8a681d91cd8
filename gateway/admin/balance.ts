import { setTimeout as sleep } from 'node:timers/promises'
import type { Balance } from '../store/port.ts'
import type { AdminParts } from './parts.ts'
import type { BalanceView } from './views.ts'

type Parts = Pick<AdminParts, 'store' | 'targets' | 'count'>

/** The proof and the queue's own counts, taken one after the other. */
interface Look {
  readonly balance: Balance
  readonly counts: ReadonlyMap<string, number>
}

const AGAIN_MS = 1_000
/** For some seconds after it came back a broker may count too few. */
const LOOKS = 4

/**
 * The proof, with what the queue holds beside what the store counts there. Fewer is a gap where it stays so while nothing of the target
 * moves; more is lawful, since copies of what is settled are dropped when they come.
 */
export async function balanceView(parts: Parts): Promise<BalanceView> {
  let last = await look(parts)
  let before: Look | undefined
  for (let looks = 1; looks < LOOKS && short(last).some(target => !before || stood(target, before, last)); looks++) {
    await sleep(AGAIN_MS)
    before = last
    last = await look(parts)
  }
  return viewOf(last, before ?? last)
}

async function look({ store, targets, count }: Parts): Promise<Look> {
  const balance = await store.balance()
  const counts = await Promise.all(targets.list().map(async ({ target }) => [target, await count(target)] as const))
  return { balance, counts: new Map(counts.flatMap(([target, known]) => (known === undefined ? [] : [[target, known] as const]))) }
}

/** Targets of which the queue holds fewer than the store counts there. */
function short({ balance, counts }: Look): readonly string[] {
  return balance.targets.filter(({ target, atBroker }) => (counts.get(target) ?? atBroker) < atBroker).map(({ target }) => target)
}

function stood(target: string, before: Look, after: Look): boolean {
  const [was, is] = [before, after].map(({ balance, counts }) =>
    JSON.stringify([balance.targets.find(line => line.target === target), counts.get(target)]),
  )
  return was === is
}

function viewOf(last: Look, before: Look): BalanceView {
  const { balance, counts } = last
  const missing = new Set(short(last))
  const lost = balance.targets.filter(({ target }) => missing.has(target) && stood(target, before, last))
  for (const { target } of lost) missing.delete(target)
  return {
    ...balance,
    queue: [...counts].map(([target, count]) => ({ target, count, ...(missing.has(target) && { moving: true as const }) })),
    gaps: [...balance.gaps, ...lost.map(line => gapOf(line, counts.get(line.target) ?? 0))],
    balanced: balance.balanced && lost.length === 0,
  }
}

function gapOf({ target, atBroker }: Balance['targets'][number], count: number): Balance['gaps'][number] {
  const mend = "delete the target's work queue, and the gateway makes and fills it anew"
  return { messageId: '-', entry: '-', what: `${target}: the store counts ${atBroker} with the broker, its queue holds ${count}; ${mend}` }
}
