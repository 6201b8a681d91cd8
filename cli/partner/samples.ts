import type { FileReceipt } from '../../adapters/sftp/server/receipt-file.ts'
import type { Folder } from './files.ts'

const NAMES: Readonly<Record<string, string>> = { csv: 'monday.csv', json: 'monday.json', ndjson: 'monday.ndjson', xml: 'monday.xml' }

/** A name such as files of the folder have. */
export function sampleName({ form, packed }: Folder): string {
  const name = NAMES[form.format] ?? 'monday.txt'
  return packed === undefined ? name : `${name}.${packed === 'gzip' ? 'gz' : packed}`
}

/** A receipt such as a file of the folder may get: for a partner's eyes, its values are made up. */
export function sampleReceipt(folder: Folder): FileReceipt {
  const name = sampleName(folder)
  const taken = folder.rejects === 'all-or-nothing' ? 0 : 7
  const at = '2026-11-27T02:00:07.412Z'
  return {
    file: `/${folder.folder}/${name}`,
    route: folder.route,
    version: 1,
    state: folder.rejects === undefined ? 'delivered' : 'failed',
    id: '01a1f3c2-6d1e-7000-8c51-3f2a9d4b7e10',
    bytes: 810,
    sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    receivedAt: at,
    ...(folder.rejects !== undefined && {
      records: { read: taken + 1, accepted: taken, known: 0, rejected: 1, delivered: taken, failed: 0, filtered: 0, complete: true },
      rejects: `/rejects${folder.receipts}/${name}`,
    }),
    updatedAt: '2026-11-27T02:00:09.030Z',
  }
}
