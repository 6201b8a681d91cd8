import type { RejectedView, StoryView } from '../gateway/admin/views.ts'
import type { FileMeta, RecordCounts } from '../gateway/message.ts'
import { plain } from './terminal.ts'
import { bytes, counted, recordWords, short } from './words.ts'

/** What is to be told of a file, of a message that was split, of a record and of a batch; nothing of others. */
export function partLines({ message, records, members }: StoryView): string[] {
  const { file, record, parent } = message
  return [
    ...(file ? [fileWords(file)] : []),
    ...(parent === undefined ? [] : [`it is ${record ? recordWords(record) : 'a record'} of message ${plain(parent)}`]),
    ...(members === undefined ? [] : [`it is a batch: it carries ${counted(members, 'delivery', 'deliveries')}, which end as it does`]),
    ...(records ? [countWords(records)] : []),
  ]
}

function fileWords({ name, folder, bytes: size, sha256, modifiedAt }: FileMeta): string {
  const path = folder === '' ? name : `${folder}/${name}`
  const changed = modifiedAt === undefined ? '' : `, last changed ${plain(modifiedAt)}`
  return `file ${plain(path)}: ${bytes(size)}${changed}, SHA-256 ${plain(sha256)}`
}

function countWords(counts: RecordCounts): string {
  const { read, accepted, known, rejected, delivered, failed, filtered, complete } = counts
  const open = accepted - delivered - failed - filtered
  const parts = [
    ...(known > 0 ? [`${told(known)} known already`] : []),
    `${told(rejected)} rejected`,
    `${told(delivered)} delivered`,
    `${told(failed)} failed`,
    ...(filtered > 0 ? [`${told(filtered)} filtered`] : []),
    `${told(open)} open`,
  ]
  return `records: ${told(read)} read${complete ? '' : ' so far'}, ${told(accepted)} accepted, ${parts.join(', ')}`
}

function told(count: number): string {
  return count.toLocaleString('en-US')
}

/** A record that could not be accepted, on one line. */
export function rejectLine({ id, code, detail, ...record }: RejectedView): string {
  return `  ${recordWords(record)}: ${plain(code)} ${short(detail, 400)}  (${plain(id)})`
}

/** What a person may do about rejected records of which `shown` are told. */
export function rejectsLines(id: string, { rejected }: RecordCounts, shown: number): string[] {
  const more = rejected - shown
  return [
    ...(more > 0 ? [`  and ${counted(more, 'more', 'more')}; all of them: waybill explain ${id} --rejects`] : []),
    `Next, once what is wrong with them is mended: waybill dead replay --parent ${id}`,
  ]
}
