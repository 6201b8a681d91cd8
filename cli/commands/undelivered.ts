import { type CommandSpec, exit, optionWhole } from '../command.ts'
import { openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { selectionFrom, selectionOptions } from '../selection.ts'
import { counted, entryWords, moment, short, span, table } from '../words.ts'

/** `waybill undelivered`: what waits, since when and why. */
export const undelivered: CommandSpec = {
  name: 'undelivered',
  summary: 'what is not yet delivered, since when and why; exit 1 where there is something',
  options: [...selectionOptions, ['--limit <n>', 'show at most so many (100)']],
  async run(given) {
    const { terminal } = given
    const most = optionWhole(given, 'limit', { otherwise: 100, most: 100_000 })
    const selection = selectionFrom(given)
    const ledger = await openLedger(locate(given.dir, terminal))
    const { items, more } = await ledger.undelivered(selection, most).finally(() => ledger.close())
    if (given.json) terminal.print(JSON.stringify({ items, more }, null, 2))
    else if (items.length === 0) terminal.print('Nothing is undelivered.')
    else for (const line of lines(items, more)) terminal.print(line)
    return items.length === 0 ? exit.good : exit.found
  },
}

type Item = Awaited<ReturnType<Awaited<ReturnType<typeof openLedger>>['undelivered']>>['items'][number]

function lines(items: readonly Item[], more: boolean): string[] {
  const now = Date.now()
  const rows = items.map(one => [
    one.messageId,
    entryWords(one.entry, one.target),
    one.key ?? '',
    one.state,
    span(now - Date.parse(one.acceptedAt)),
    String(one.attempts),
    one.dueAt === undefined ? '' : moment(one.dueAt).slice(0, 19),
    one.reason ? short(`${one.reason} ${one.detail}`, 90) : 'not tried yet',
  ])
  const heads = ['message', 'target', 'key', 'state', 'age', 'attempts', 'next try (UTC)', 'why']
  return [
    ...table(heads, rows),
    more ? 'and more; --limit shows more, --target and others choose' : counted(items.length, 'delivery', 'deliveries'),
  ]
}
