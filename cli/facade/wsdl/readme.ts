import type { Operation } from './operation.ts'
import { environmentName } from './system-file.ts'
import type { FacadeSystem } from './systems.ts'
import { sentence } from './words.ts'

export interface ReadmeParts {
  readonly title: string
  readonly wsdl: string
  readonly systems: readonly FacadeSystem[]
  readonly operations: readonly Operation[]
  readonly notes: readonly string[]
}

/** What people should know of the part: its routes, how to try it, where the service is. */
export function readme({ title, wsdl, systems, operations, notes }: ReadmeParts): string {
  const lines = [
    `# ${title}`,
    '',
    `A facade of the SOAP service that \`${wsdl}\` describes: callers speak REST and JSON, the service its own SOAP. It was written by`,
    '`waybill facade` and is ordinary config: edit what you like.',
    '',
    '| REST | Operation | Route |',
    '|---|---|---|',
    ...operations.map(row),
    '',
    ...HOW,
    '',
    ...systems.map(
      ({ name }) => `- \`systems/${name}.yaml\`: the service, at \`${environmentName(name)}\` or where the WSDL says, and its stand-in`,
    ),
    ...FILES,
    ...notesOf(notes),
  ]
  return `${lines.join('\n')}\n`
}

function row({ endpoint, described, plain, name, answer }: Operation): string {
  const query = (plain ?? []).filter(({ name: field }) => !endpoint.path.includes(`:${field}`)).map(({ name: field }) => field)
  const asked = query.length > 0 ? `?${query.join('&')}` : ''
  const words = sentence(described.documentation)
  const waits = answer ? '' : ' (one-way: 202)'
  return `| \`${endpoint.verb} ${endpoint.path}${asked}\` | ${described.name}${waits}${words === undefined ? '' : `: ${words.replaceAll('|', '/')}`} | \`routes/${name}.yaml\` |`
}

const HOW = [
  'Try it, with the service played by its stand-in:',
  '',
  '    waybill check --stand-ins',
  '    waybill test',
  '    waybill run --stand-ins',
  '',
  'Without `--stand-ins` the service itself is called.',
]

const FILES = [
  '- `routes/`: one an operation; verbs and paths are what the names of the operations suggest',
  '- `mappings/`: from what callers send to what the service takes, and back; change a name here and in the schema beside it',
  '- `schemas/`: the WSDL with its imports, and the JSON Schemas of what callers send and get',
  '- `tests/`, `samples/`: made-up messages that fit the schemas; put real ones, masked, in their place',
  '',
  'An attribute is called by its bare name, the text of an element beside its attributes `value`. A part that rules cannot say (one that',
  'contains itself, that has several types, that may be empty or null, that is mixed with text) is handed on as it is, in the form of',
  "Waybill's XML: `@name` for attributes, `$` for text, `$items` for what stands in order, `@type` for the type of a derived one.",
]

function notesOf(notes: readonly string[]): readonly string[] {
  return notes.length === 0 ? [] : ['', '## What to look at', '', ...notes.map(note => `- ${note}`)]
}
