import type { FileForm, FormRecord } from './file-form.ts'
import type { Folder, SftpAccess } from './files.ts'
import { quotaWords, row } from './markdown-parts.ts'
import { sampleName, sampleReceipt } from './samples.ts'

type Sftp = SftpAccess & { readonly folders: readonly Folder[]; readonly results: readonly Folder[] }

/** How to send files, and what comes back. */
export function filesMarkdown(sftp: Sftp): readonly string[] {
  return [
    ...connectMarkdown(sftp),
    ...sftp.folders.flatMap(folder => ['', ...folderMarkdown(folder)]),
    ...sftp.results.flatMap(folder => ['', ...resultMarkdown(folder)]),
    '',
    ...receiptsMarkdown(sftp.folders),
  ]
}

function connectMarkdown({ host, port, user, hostKeys, keys, password, allow, quota, idleTimeoutMs }: Sftp): readonly string[] {
  const shown = hostKeys.map(({ type, fingerprint }) => `\`${fingerprint}\` (${type})`)
  const known = keys.map(({ type, fingerprint, comment }) => `\`${fingerprint}\` (${type}${comment === '' ? '' : `, ${comment}`})`)
  return [
    '## Files by SFTP',
    '',
    '| | |',
    '|---|---|',
    row(['Host and port', `\`${host}\`, \`${port}\``]),
    row(['User', `\`${user}\``]),
    row(['Our host keys', shown.length > 0 ? shown.join('; ') : 'made at our first start: ask for them again then']),
    row(['Your login', [...known.map(one => `key ${one}`), ...(password ? ['your password'] : [])].join('; ')]),
    row(['You may', allow.join(', ')]),
    row(['Limits', quotaWords(quota, idleTimeoutMs)]),
    '',
    '```text',
    `sftp -P ${port} ${user}@${host}`,
    '```',
    '',
    'Compare the fingerprint at the first contact, and never send to another key.',
  ]
}

function folderMarkdown(folder: Folder): readonly string[] {
  return [
    `### Upload into \`${folder.folder}/\``,
    '',
    ...descriptionWords(folder),
    ...commitWords(folder),
    ...(folder.rejects === undefined ? [] : [REJECTS[folder.rejects]]),
    '',
    ...(folder.packed === undefined ? [] : [`Files are packed with ${folder.packed}; in them:`, '']),
    ...formMarkdown(folder.form),
  ]
}

function commitWords(folder: Folder): readonly string[] {
  const name = sampleName(folder)
  if (folder.commit === 'rename')
    return [
      `Upload under another name, such as \`${name}.tmp\`, and rename the file to its own once it is whole: the rename hands it over. A file`,
      'that is never renamed is never taken.',
    ]
  if (folder.commit === 'done-file')
    return [`Upload the file, then an empty \`${name}.done\` beside it: that hands it over. Without it the file is never taken.`]
  return [
    'The end of the upload hands the file over. An upload that is interrupted may look like one that has ended: where you can, upload as',
    `\`${name}.part\`, which is never taken, and rename it.`,
  ]
}

const REJECTS = {
  'go-on': 'Each record is taken by itself: a bad one is rejected, and the others go on.',
  stop: 'Each record is taken by itself; where too many are bad, no more are taken.',
  'all-or-nothing': 'The whole file is checked first: where one record is bad, none is taken.',
} as const

function resultMarkdown(folder: Folder): readonly string[] {
  return [`### Fetch from \`${folder.folder}/\``, '', ...descriptionWords(folder), ...formMarkdown(folder.form)]
}

function descriptionWords({ description }: Folder): readonly string[] {
  return description === undefined ? [] : [`${description.trim().replace(/\.$/, '')}.`, '']
}

function formMarkdown({ words, records }: FileForm): readonly string[] {
  return [...(words.length > 0 ? [words.join(' ')] : []), ...records.flatMap(record => ['', ...recordMarkdown(record)])]
}

function recordMarkdown({ name, tag, fields }: FormRecord): readonly string[] {
  const placed = fields.some(({ from }) => from !== undefined)
  const heads = [`Field of ${name}${tag === undefined ? '' : ` (tag \`${tag}\`)`}`, ...(placed ? ['From', 'To'] : []), 'Is']
  return [
    row(heads),
    `|${'---|'.repeat(heads.length)}`,
    ...fields.map(field => row([`\`${field.name}\``, ...(placed ? [String(field.from), String(field.to)] : []), field.is])),
  ]
}

function receiptsMarkdown([first, ...more]: readonly Folder[]): readonly string[] {
  if (!first) return []
  const name = sampleName(first)
  const below = more.length > 0 ? '/FOLDER' : ''
  return [
    '### What comes back',
    '',
    'The answer to your last request says only that we have the file on disk. What became of it stands in',
    `\`receipts${below}/NAME.receipt.json\`, from then until its last record has ended; look at \`state\`:`,
    '',
    '| State | Means |',
    '|---|---|',
    ...STATES.map(state => row(state)),
    '',
    `For \`${name}\`, with values that are made up:`,
    '',
    '```json',
    ...JSON.stringify(sampleReceipt(first), undefined, 2).split('\n'),
    '```',
    ...(first.rejects === undefined ? [] : rejectsMarkdown(first)),
    '',
    'The same file under the same name again is known: it gets the same receipt, and nothing is sent twice. Another content under a name is a',
    'new version of it, which its receipt counts.',
  ]
}

const STATES = [
  ['`accepted`', 'we have it, and it is on its way'],
  ['`delivered`', 'all of it is where it was to go'],
  ['`failed`', 'it has ended, and some records were rejected, or a target refused them: `records` counts them, `targets` says why'],
  ['`filtered`', 'there was nothing to do: `because` says why'],
  ['`rejected`', 'it can never be taken as it is: `error` says why, and the file lies in `rejects/`'],
  ['`refused`', 'not now, such as where the quota is used up: `error` says why; upload it again'],
] as const

function rejectsMarkdown(folder: Folder): readonly string[] {
  return [
    '',
    `Records that were rejected lie in \`rejects${folder.receipts}/${sampleName(folder)}\`, as they came, a line with the reason before each:`,
    '',
    '```text',
    '# line 5, record 4: MAPPING_FAILED: /country table "countries" has no key "XXX"',
    '... the record as it came ...',
    '```',
    '',
    'Mend them, and upload them in a file of another name.',
  ]
}
