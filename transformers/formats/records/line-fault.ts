import { BOM } from '../charsets.ts'
import type { TextForm } from '../text-options.ts'
import { lineEndsOf } from './finder.ts'

/** Why a text would be read otherwise than it stands in a line; `first`: nothing is written before it. */
export function lineFault(line: string, { charset, newline }: TextForm, first: boolean): string | undefined {
  if (lineEndsOf(charset).some(end => line.includes(end))) return 'the record holds the end of a line'
  if (newline === '\n' && line.endsWith('\r')) return 'the record ends with CR, which would belong to the end of its line'
  if (first && line.startsWith(BOM)) return 'the first record begins with a byte order mark; `bom: true` writes one before it'
  return undefined
}
