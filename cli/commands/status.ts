import type { StatusView, TargetView } from '../../gateway/admin/views.ts'
import { needGateway } from '../admin-client.ts'
import { type CommandSpec, exit } from '../command.ts'
import { locate } from '../place.ts'
import type { Terminal } from '../terminal.ts'
import { bytes, counted, short, span, table } from '../words.ts'

/** `waybill status`: how the running gateway fares. */
export const status: CommandSpec = {
  name: 'status',
  summary: 'how the running gateway fares; exit 1 where something is not well',
  async run({ dir, json, terminal }) {
    const gateway = await needGateway(locate(dir, terminal))
    const view = await gateway.get<StatusView>('/api/status')
    const well = Object.values(view.health).every(({ ok }) => ok) && view.targets.every(({ state }) => state !== 'down')
    if (json) terminal.print(JSON.stringify({ well, ...view }, null, 2))
    else for (const line of lines(view, terminal)) terminal.print(line)
    return well ? exit.good : exit.found
  },
}

function lines(view: StatusView, terminal: Terminal): string[] {
  const now = Date.now()
  const { queued, queuedBytes, freeBytes } = view.store
  const since = Object.entries(view.sinceStart).map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`)
  return [
    `${view.project} runs since ${span(now - Date.parse(view.startedAt))} (Waybill ${view.version}, process ${view.pid}, ${bytes(view.memoryBytes)} of memory)`,
    `listens on ${view.http}; queue ${view.queueKind}`,
    ...Object.entries(view.health).map(
      ([name, { ok, detail }]) => `${terminal.paint(ok ? 'green' : 'red', ok ? 'ok  ' : 'BAD ')} ${name}: ${short(detail)}`,
    ),
    `since its start: ${since.join(', ')}`,
    `${counted(queued, 'delivery', 'deliveries')} undelivered (${bytes(queuedBytes)}), ${bytes(freeBytes)} free on the store's disk`,
    '',
    ...table(
      ['target', 'state', 'in flight', 'queued', 'oldest', 'last error'],
      view.targets.map(one => targetRow(one, now)),
    ),
  ]
}

function targetRow({ name, state, inFlight, queued, oldestAt, lastError }: TargetView, now: number): string[] {
  const age = oldestAt === undefined ? '' : span(now - Date.parse(oldestAt))
  return [name, state, String(inFlight), String(queued), age, state === 'ready' || state === 'collects' ? '' : short(lastError ?? '', 90)]
}
