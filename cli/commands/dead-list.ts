import { type CommandSpec, exit, optionWhole } from '../command.ts'
import { openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { selectionFrom, selectionOptions } from '../selection.ts'
import { counted, entryWords, moment, short, table } from '../words.ts'

/** `waybill dead list`: what was given up, with its reason. */
export const deadList: CommandSpec = {
  name: 'dead list',
  summary: 'what was given up, with its reason; exit 1 where there is something',
  options: [...selectionOptions, ['--limit <n>', 'show at most so many (100)']],
  async run(given) {
    const { terminal } = given
    const most = optionWhole(given, 'limit', { otherwise: 100, most: 100_000 })
    const selection = selectionFrom(given)
    const ledger = await openLedger(locate(given.dir, terminal))
    const { items, more } = await ledger.dead(selection, most).finally(() => ledger.close())
    if (given.json) terminal.print(JSON.stringify({ items, more }, null, 2))
    else if (items.length === 0) terminal.print('No dead letters.')
    else for (const line of lines(items, more)) terminal.print(line)
    return items.length === 0 ? exit.good : exit.found
  },
}

type Item = Awaited<ReturnType<Awaited<ReturnType<typeof openLedger>>['dead']>>['items'][number]

function lines(items: readonly Item[], more: boolean): string[] {
  const rows = items.map(one => [
    one.messageId,
    entryWords(one.entry, one.target),
    one.key ?? '',
    moment(one.deadAt).slice(0, 19),
    String(one.attempts),
    one.reason,
    short(one.detail, 90),
  ])
  const end = more ? 'and more; --limit shows more, --target and others choose' : counted(items.length, 'dead letter')
  return [...table(['message', 'target', 'key', 'dead since (UTC)', 'attempts', 'reason', 'detail'], rows), end]
}
