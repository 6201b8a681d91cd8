import type { Path } from '../../config/faults.ts'
import type { OptionSchema } from '../../gateway/options.ts'
import type { FormatContext } from '../format.ts'
import { type Charset, type CharsetName, charsetOf } from './charsets.ts'

export { charsetOption } from './charsets.ts'

/** The option `bom` of formats of text. */
export const bomOption = {
  type: 'boolean',
  description: 'A byte order mark is written at the beginning. Absent: in UTF-16 only.',
} as const satisfies OptionSchema

/** The option `newline` of formats of lines. */
export const newlineOption = {
  enum: ['lf', 'crlf', 'nel'],
  default: 'lf',
  description: 'How lines end that are written; read are LF and CR LF, and in EBCDIC NEL (0x15).',
  example: 'crlf',
} as const satisfies OptionSchema

/** Texts as bytes, as these options say. */
export interface TextForm {
  readonly charset: Charset
  readonly name: CharsetName
  readonly newline: string
  readonly bom: boolean
}

export interface TextOptions {
  readonly charset: CharsetName
  readonly bom?: boolean
  readonly newline: (typeof newlineOption.enum)[number]
}

const NEWLINES = { lf: '\n', crlf: '\r\n', nel: '\u0085' } as const

/** What the options say; undefined where they do not go together, which is then a fault. */
export function textForm({ charset: name, bom, newline }: TextOptions, { project, path }: FormatContext): TextForm | undefined {
  const before = project.faults.count
  const conflict = (key: string, message: string): void => project.faults.add('CONFLICT', [...path, key] satisfies Path, message)
  if (bom && !name.startsWith('utf-')) conflict('bom', `${name} has no byte order mark`)
  if (newline === 'nel' && name !== 'cp037' && name !== 'cp500')
    conflict('newline', `"nel" ends lines in EBCDIC only, and the charset is ${name}`)
  if (project.faults.count > before) return undefined
  return { charset: charsetOf(name), name, newline: NEWLINES[newline], bom: bom ?? name.startsWith('utf-16') }
}
