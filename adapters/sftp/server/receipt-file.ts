import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Place as FaultPlace } from '../../../gateway/errors.ts'
import type { RecordCounts } from '../../../gateway/message.ts'
import type { ReceiptView } from '../../../gateway/receipts.ts'

/** What a sender reads in `receipts/NAME.receipt.json`. */
export interface FileReceipt {
  /** From the client's folder. */
  readonly file: string
  readonly route: string
  /** `rejected`: never as it is; `refused`: not now, upload it again; the others as of any receipt. */
  readonly state: ReceiptView['state'] | 'rejected' | 'refused'
  /** Counts the contents that came under this name: 1 for the first. */
  readonly version: number
  readonly id?: string
  readonly bytes?: number
  readonly sha256?: string
  readonly receivedAt?: string
  readonly records?: RecordCounts
  readonly targets?: ReceiptView['targets']
  readonly because?: string
  /** Where the records lie that could not be accepted, or the file itself. */
  readonly rejects?: string
  readonly error?: { readonly code: string; readonly detail: string; readonly errors?: readonly FaultPlace[] }
  /** What was accepted under this name before. */
  readonly previous?: { readonly id: string; readonly sha256: string; readonly version: number }
  readonly updatedAt: string
}

/** The receipt in a file; undefined where there is none that can be read. */
export async function readReceipt(path: string): Promise<FileReceipt | undefined> {
  try {
    const value: FileReceipt = JSON.parse(await readFile(path, 'utf8'))
    return typeof value === 'object' && value !== null && typeof value.version === 'number' ? value : undefined
  } catch {
    return undefined
  }
}

/** Writes a receipt: whoever reads it meanwhile sees the one before, whole. */
export async function writeReceipt(path: string, receipt: FileReceipt, temporary: string): Promise<void> {
  await replaceFile(path, temporary, made => writeFile(made, `${JSON.stringify(receipt, undefined, 2)}\n`, { mode: 0o600 }))
}

/** Replaces a file by one that `write` makes in the folder for temporary files; makes the folders above it. */
export async function replaceFile(path: string, temporary: string, write: (made: string) => Promise<void>): Promise<void> {
  const made = join(temporary, randomUUID())
  await write(made)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rename(made, path)
}
