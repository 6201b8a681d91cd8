import { counted, entryWords, moment, short, span, table } from '../words.ts'
import { listingCommand } from './listing.ts'

/** `waybill undelivered`: what waits, since when and why. */
export const undelivered = listingCommand({
  name: 'undelivered',
  summary: 'what is not yet delivered, since when and why; exit 1 where there is something',
  none: 'Nothing is undelivered.',
  read: (ledger, selection, most) => ledger.undelivered(selection, most),
  count: items => counted(items.length, 'delivery', 'deliveries'),
  rows: items =>
    table(
      ['message', 'target', 'key', 'state', 'age', 'attempts', 'next try (UTC)', 'why'],
      items.map(one => [
        one.messageId,
        entryWords(one.entry, one.target),
        one.key ?? '',
        one.state,
        span(Date.now() - Date.parse(one.acceptedAt)),
        String(one.attempts),
        one.dueAt === undefined ? '' : moment(one.dueAt).slice(0, 19),
        one.reason ? short(`${one.reason} ${one.detail}`, 90) : 'not tried yet',
      ]),
    ),
})
