import { expression, type OptionSchema } from '../../gateway/options.ts'

/** Options of a system that files are written to, beside where that is. */
export const sendOptions = {
  folder: { type: 'string', minLength: 1, description: 'The folder that files are written to.', example: 'in/orders' },
  name: {
    ...expression,
    description: "The file's name, over `body`, `headers` and `meta`. Default: the message's id, with the ending of its content type.",
    example: "'order-' + body.id + '.json'",
  },
  exists: {
    enum: ['fail', 'replace', 'number'],
    default: 'fail',
    description:
      'What is done where a file of the name is there: a dead letter, replaced, or written as NAME-2. One with the same content is never written again: it is delivered.',
  },
  pack: {
    enum: ['gzip', 'zip'],
    description: 'How the file is packed. A `name` bears its ending itself: `.gz`, `.zip`; the file in a zip has the name without it.',
  },
  verify: {
    enum: ['size', 'hash'],
    default: 'size',
    description: 'What is compared before the file gets its name: its size, or its content, which is read back.',
  },
  doneFile: { type: 'boolean', default: false, description: 'Writes an empty NAME.done once the file has its name.' },
  makeFolders: { type: 'boolean', default: false, description: 'Makes folders that are missing.' },
} as const satisfies Readonly<Record<string, OptionSchema>>

/** Those options, resolved. */
export interface SendOptions {
  readonly folder: string
  readonly name?: string
  readonly exists: 'fail' | 'replace' | 'number'
  readonly pack?: 'gzip' | 'zip'
  readonly verify: 'size' | 'hash'
  readonly doneFile: boolean
  readonly makeFolders: boolean
}
