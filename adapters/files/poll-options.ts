import { duration, type OptionSchema } from '../../gateway/options.ts'

/** Options of a source that looks into a folder, beside where that is. */
export const pollOptions = {
  folder: { type: 'string', minLength: 1, description: 'The folder that is looked into.', example: 'out/orders' },
  files: {
    description: 'Names of the files, as globs; one with a slash is of the folders below as well. Names that begin with a dot never count.',
    default: '*',
    anyOf: [
      { type: 'string', minLength: 1, example: '*.csv' },
      { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    ],
  },
  recursive: { type: 'boolean', default: false, description: 'In the folders below it as well.' },
  every: { ...duration, default: '10s', description: 'How long it waits between two looks.', example: '1m' },
  cron: { type: 'string', minLength: 9, description: 'When it looks, instead of `every`.', example: '0 6 * * 1-5' },
  timeZone: { type: 'string', description: 'Of `cron`. Default: UTC.', example: 'Europe/Berlin' },
  most: { type: 'integer', minimum: 1, default: 1_000, description: 'Files that one look takes; the others wait for the next.' },
  sort: { enum: ['name', 'oldest', 'newest'], default: 'name', description: 'In which order they are taken.' },
  ready: {
    enum: ['still', 'done-file', 'age'],
    default: 'still',
    description:
      'When a file is complete: `still`: its size and time are the same in two looks; `done-file`: a file of its name and `.done` lies beside it; `age`: it has not changed for `age`.',
  },
  age: { ...duration, default: '1m', description: 'With `ready: age`.' },
  after: {
    enum: ['move', 'delete', 'keep'],
    default: 'move',
    description: 'What becomes of a file once it is accepted. One that is kept is remembered, and taken again only when it has changed.',
  },
  doneFolder: { type: 'string', minLength: 1, default: 'done', description: 'Where `after: move` puts it, below the folder.' },
  errorFolder: {
    type: 'string',
    minLength: 1,
    default: 'error',
    description: 'Where a file goes that can never be accepted, below the folder, with its reason beside it as NAME.err.',
  },
  takeOver: {
    ...duration,
    default: '10m',
    description: 'After this time a file that another gateway has claimed, and no longer works at, is taken over.',
  },
} as const satisfies Readonly<Record<string, OptionSchema>>

/** Those options, resolved. */
export interface PollOptions {
  readonly folder: string
  readonly files: string | readonly string[]
  readonly recursive: boolean
  readonly everyMs: number
  readonly cron?: string
  readonly timeZone?: string
  readonly most: number
  readonly sort: 'name' | 'oldest' | 'newest'
  readonly ready: 'still' | 'done-file' | 'age'
  readonly ageMs: number
  readonly after: 'move' | 'delete' | 'keep'
  readonly doneFolder: string
  readonly errorFolder: string
  readonly takeOverMs: number
}
