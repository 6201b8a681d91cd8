import type { Selection } from '../../gateway/store/port.ts'
import { type CommandSpec, exit, optionWhole } from '../command.ts'
import { type Ledger, openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { selectionFrom, selectionOptions } from '../selection.ts'

/** A list of deliveries that a selection narrows. */
export interface Listing<Item> {
  readonly name: string
  readonly summary: string
  /** Said where there is nothing. */
  readonly none: string
  read(ledger: Ledger, selection: Selection, most: number): Promise<{ readonly items: readonly Item[]; readonly more: boolean }>
  /** The table for people, its last line aside. */
  rows(items: readonly Item[]): readonly string[]
  count(items: readonly Item[]): string
}

/** The command that shows a listing: exit 1 where there is something. */
export function listingCommand<Item>({ name, summary, none, read, rows, count }: Listing<Item>): CommandSpec {
  return {
    name,
    summary,
    options: [...selectionOptions, ['--limit <n>', 'show at most so many (100)']],
    async run(given) {
      const { terminal } = given
      const most = optionWhole(given, 'limit', { otherwise: 100, most: 100_000 })
      const selection = selectionFrom(given)
      const ledger = await openLedger(locate(given.dir, terminal))
      const { items, more } = await read(ledger, selection, most).finally(() => ledger.close())
      const end = more ? 'and more; --limit shows more, --target and others choose' : count(items)
      if (given.json) terminal.print(JSON.stringify({ items, more }, null, 2))
      else for (const line of items.length === 0 ? [none] : [...rows(items), end]) terminal.print(line)
      return items.length === 0 ? exit.good : exit.found
    },
  }
}
