import { counted, entryWords, moment, recordWords, short, table } from '../words.ts'
import { listingCommand } from './listing.ts'

/** `waybill dead list`: what was given up, with its reason. */
export const deadList = listingCommand({
  name: 'dead list',
  summary: 'what was given up, with its reason; exit 1 where there is something',
  none: 'No dead letters.',
  read: (ledger, selection, most) => ledger.dead(selection, most),
  count: items => counted(items.length, 'dead letter'),
  rows: items =>
    table(
      ['message', 'target', 'key', 'dead since (UTC)', 'attempts', 'reason', 'detail'],
      items.map(one => [
        one.messageId,
        one.record && one.entry === '-' ? recordWords(one.record) : entryWords(one.entry, one.target),
        one.key ?? '',
        moment(one.deadAt).slice(0, 19),
        String(one.attempts),
        one.reason,
        short(one.detail, 90),
      ]),
    ),
})
