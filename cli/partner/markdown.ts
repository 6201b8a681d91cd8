import { filesMarkdown } from './files-markdown.ts'
import { row } from './markdown-parts.ts'
import type { HttpAccess, PartnerSheet } from './sheet.ts'

/** The sheet as a page of Markdown, a line each. */
export function sheetMarkdown(sheet: PartnerSheet): readonly string[] {
  const { project, client, sftp, http } = sheet
  return [
    `# ${project}, for ${client}`,
    '',
    'How to send to us, and how you learn what became of it. Made from what the gateway is configured with.',
    ...(sftp ? ['', ...filesMarkdown(sftp)] : []),
    ...(http ? ['', ...httpMarkdown(http)] : []),
    '',
    '## Whom to ask',
    '',
    ...contacts(sheet),
  ]
}

function httpMarkdown({ address, keyed, sources }: HttpAccess): readonly string[] {
  const isSoap = sources.some(({ source }) => source.startsWith('soap'))
  const key = 'Show your API key in each request: `Authorization: Bearer KEY`, or `X-Api-Key: KEY`.'
  return [
    '## Calls by HTTP',
    '',
    `At \`${address}\`. ${keyed ? key : 'You have no API key.'}`,
    '',
    '| Call | For | Key | Body |',
    '|---|---|---|---|',
    ...sources.map(({ source, route, description, needsKey, schema }) =>
      row([
        `\`${callWords(source)}\``,
        description ?? route,
        needsKey ? 'needed' : 'may be left out',
        schema === undefined ? '' : `fits \`${schema}\``,
      ]),
    ),
    '',
    'An answer of 202 means that we have it on disk: `Location` names its receipt, which tells how far it is (`GET /receipts/ID`). Where an',
    'answer does not come, send again with the same `Idempotency-Key`: it is one message then. 503 means not now, and `Retry-After` when.',
    ...(isSoap ? ['A SOAP path has its WSDL at the same address with `?wsdl` behind it.'] : []),
  ]
}

/** `POST /v1/orders`, `SOAP /ws/orders` */
function callWords(source: string): string {
  return source.replace(/^rest /, '').replace(/^soap /, 'SOAP ')
}

function contacts({ owner, sftp, http }: PartnerSheet): readonly string[] {
  const rows = [...(sftp?.folders ?? []), ...(sftp?.results ?? []), ...(http?.sources ?? [])].flatMap(one => {
    const what = 'folder' in one ? `\`${one.folder}/\`` : `\`${callWords(one.source)}\``
    return one.owner === undefined ? [] : [`- ${what}: ${one.owner}`]
  })
  const own = owner === undefined ? [] : [`- on your side, as we know it: ${owner}`]
  const all = [...new Set([...rows, ...own])]
  return all.length > 0 ? all : ['Nobody is named in the config: give the route an `owner`.']
}
