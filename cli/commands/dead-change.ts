import type { Replayed } from '../../gateway/admin/parts.ts'
import type { ReceiptView } from '../../gateway/receipts.ts'
import { type AdminClient, needGateway } from '../admin-client.ts'
import { CommandError, type CommandSpec, exit, type Given, optionFlag, optionText } from '../command.ts'
import { unlessFound } from '../ledger.ts'
import { locate } from '../place.ts'
import { bar, ticking } from '../progress.ts'
import { selectionFrom, selectionOptions } from '../selection.ts'
import { counted, recordWords, short } from '../words.ts'

/** `waybill dead replay ID...`: opens dead deliveries again. */
export const deadReplay: CommandSpec = {
  name: 'dead replay',
  summary: 'open dead deliveries again, by ids or chosen by target, reason, route, file, time',
  args: '[ids...]',
  options: [
    ...selectionOptions,
    ['--all', 'all dead letters'],
    ['--mapping <which>', 'stored: the body as it was planned (default); current: the original through the mapping of today'],
  ],
  async run(given) {
    const mapping = optionText(given, 'mapping') ?? 'stored'
    if (mapping !== 'stored' && mapping !== 'current') {
      throw new CommandError(exit.usage, `--mapping is ${JSON.stringify(mapping)}; allowed: stored, current`)
    }
    const refused: Refused[] = []
    const replayed = await inShares(given, async (gateway, share) => {
      const answer = await gateway.post<Replayed & { cursor?: string }>('/api/dead/replay', { ...share, mapping }, REPLAY_MS)
      refused.push(...answer.refused)
      return { done: answer.replayed, looked: answer.replayed + answer.refused.length, cursor: answer.cursor }
    })
    const words = `${counted(replayed, 'delivery', 'deliveries')} opened again; waybill undelivered shows how they fare`
    if (refused.length === 0) return told(given, { replayed, refused }, words)
    if (given.json) given.terminal.print(JSON.stringify({ replayed, refused }))
    else for (const line of [...(replayed > 0 ? [words] : []), ...refusedLines(refused)]) given.terminal.print(line)
    return exit.found
  },
}

/** A large file is read up to its last bad record. */
const REPLAY_MS = 3_600_000

type Refused = Replayed['refused'][number]
const SHOWN = 50

function refusedLines(refused: readonly Refused[]): string[] {
  const lines = refused.slice(0, SHOWN).map(one => `  ${refusedWords(one)}: ${one.code} ${short(one.detail, 400)}`)
  const more = refused.length > SHOWN ? [`  and ${counted(refused.length - SHOWN, 'delivery', 'deliveries')} more; --json gives all`] : []
  return [`${counted(refused.length, 'delivery stays', 'deliveries stay')} dead:`, ...lines, ...more]
}

function refusedWords({ id, entry, record }: Refused): string {
  return record ? `${recordWords(record)} (${id}${entry === '-' ? '' : ` ${entry}`})` : `${id} ${entry}`
}

/** `waybill dead discard ID...`: what no target shall get any more; it stays in the ledger. */
export const deadDiscard: CommandSpec = {
  name: 'dead discard',
  summary: 'set dead deliveries aside for good, by ids or chosen by target, reason, route, file, time; the ledger keeps them',
  args: '[ids...]',
  options: [...selectionOptions, ['--all', 'all dead letters']],
  async run(given) {
    const count = await inShares(given, async (gateway, share) => {
      const { discarded, cursor } = await gateway.post<{ discarded: number; cursor?: string }>('/api/dead/discard', share)
      return { done: discarded, looked: discarded, cursor }
    })
    return told(given, { discarded: count }, `${counted(count, 'delivery', 'deliveries')} discarded`)
  },
}

interface Share {
  readonly selection: object
  readonly cursor?: string
}

type Change = (
  gateway: AdminClient,
  share: Share,
) => Promise<{ readonly done: number; readonly looked: number; readonly cursor: string | undefined }>

async function inShares(given: Given, change: Change): Promise<number> {
  const chosen = selectionFrom(given, given.args)
  const all = optionFlag(given, 'all')
  if (Object.keys(chosen).length === 0 && !all) {
    throw new CommandError(exit.usage, 'nothing is chosen; give ids, or --target, --reason, --route, --parent, --after, --before, or --all')
  }
  const selection = { ...chosen, ...(all && { all: true }) }
  const gateway = await needGateway(locate(given.dir, given.terminal))
  const expected = chosen.parent === undefined ? undefined : await expectedOf(gateway, chosen.parent)
  let [total, looked] = [0, 0]
  let cursor: string | undefined
  do {
    const far = expected === undefined ? `${total} so far` : `${bar(looked, expected)} ${total} so far`
    const share = await ticking(given.terminal, far, change(gateway, { selection, ...(cursor !== undefined && { cursor }) }))
    total += share.done
    cursor = share.cursor
    looked += share.looked
  } while (cursor !== undefined)
  return total
}

/** At most so many records of a message can be dead. */
async function expectedOf(gateway: AdminClient, parent: string): Promise<number | undefined> {
  const { records } = (await unlessFound(gateway.get<ReceiptView>(`/api/receipts/${encodeURIComponent(parent)}`))) ?? {}
  return records && records.rejected + records.failed
}

function told({ terminal, json }: Given, result: object, words: string) {
  const [count] = Object.values(result)
  if (json) terminal.print(JSON.stringify(result))
  else terminal.print(count === 0 ? 'No dead letter is among them: nothing was changed.' : words)
  return count === 0 ? exit.found : exit.good
}
