import type { BalanceView } from '../../gateway/admin/views.ts'
import { type CommandSpec, exit, type Given } from '../command.ts'
import { openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { ticking } from '../progress.ts'
import { counted, table } from '../words.ts'

/** `waybill balance`: proves that every accepted message is accounted for. */
export const balance: CommandSpec = {
  name: 'balance',
  summary: 'the ledger; exit 1 and the ids where it does not balance',
  async run(given) {
    const ledger = await openLedger(locate(given.dir, given.terminal))
    const work = ledger.balance().finally(() => ledger.close())
    const found = await ticking(given.terminal, 'comparing every accept line with every delivery', work)
    if (given.json) given.terminal.print(JSON.stringify(found, null, 2))
    else show(given, found)
    return found.balanced ? exit.good : exit.found
  },
}

const COLUMNS = ['accepted', 'delivered', 'dead', 'discarded', 'expired', 'queued'] as const

function show({ terminal }: Given, found: BalanceView): void {
  const rows = found.targets.map(line => [line.target, ...COLUMNS.map(column => String(line[column])), uneven(line)])
  for (const line of table(['target', ...COLUMNS, ''], rows)) terminal.print(line)
  const beside = `${counted(found.duplicates, 'duplicate')} answered with the first receipt, ${found.filtered} filtered by their route`
  terminal.print(`\n${counted(found.messages, 'message')} accepted; ${beside}`)
  for (const line of queueLines(found)) terminal.print(line)
  terminal.print(
    found.balanced
      ? terminal.paint('green', BALANCED)
      : terminal.paint('red', `It does not balance: ${counted(found.gaps.length, 'gap')}.`),
  )
  for (const { messageId, entry, what } of found.gaps) terminal.print(`  ${messageId} ${entry}: ${what}`)
}

const BALANCED = 'It balances: accepted = delivered + dead + discarded + expired + queued, for each target and by id.'

function uneven(line: BalanceView['targets'][number]): string {
  const accounted = line.delivered + line.dead + line.discarded + line.expired + line.queued
  return accounted === line.accepted ? '' : `off by ${line.accepted - accounted}`
}

// More in the queue than is undelivered is lawful (at least once: a copy that is settled already is dropped when it comes), but worth a look.
function queueLines({ queue, targets }: BalanceView): string[] {
  return queue.flatMap(({ target, count, moving }) => {
    const { queued = 0, atBroker = 0 } = targets.find(line => line.target === target) ?? {}
    const holds = `The queue of ${target} holds ${counted(count, 'delivery', 'deliveries')}, `
    if (moving) return [`${holds}${atBroker - count} fewer than the store counts there; it is moving, so ask again when it is quiet.`]
    return count > queued ? [`${holds}${count - queued} more than are unsettled: repeats, which are dropped when they come.`] : []
  })
}
