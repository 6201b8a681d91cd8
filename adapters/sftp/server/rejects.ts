import { open } from 'node:fs/promises'
import type { Receipts, RejectView } from '../../../gateway/receipts.ts'
import { replaceFile } from './receipt-file.ts'

/** Writes the records of a message that could not be accepted: before each, as it came, a line that says where it stood and what is wrong with it. */
export async function writeRejects(
  id: string,
  path: string,
  { receipts, temporary }: { readonly receipts: Receipts; readonly temporary: string },
): Promise<void> {
  await replaceFile(path, temporary, async made => {
    const file = await open(made, 'wx', 0o600)
    try {
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await receipts.rejects(id, cursor)
        await file.writeFile(Buffer.concat(page.items.flatMap(textOf)))
        cursor = page.cursor
        more = cursor !== undefined
      }
    } finally {
      await file.close()
    }
  })
}

const NEWLINE = Buffer.from('\n')

function textOf({ number, line, code, detail, raw }: RejectView): readonly Uint8Array[] {
  const where = line === undefined ? `record ${number}` : `line ${line}, record ${number}`
  const reason = Buffer.from(`# ${where}: ${code}: ${detail.replaceAll(/\s+/g, ' ')}\n`)
  const record = raw ?? Buffer.from('# its bytes are no longer kept')
  return record.at(-1) === 10 ? [reason, record] : [reason, record, NEWLINE]
}
