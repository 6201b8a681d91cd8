import { filesOf } from './file-names.ts'
import { givenOf } from './given.ts'
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
    ...operations.slice(0, 1).map(operation => `    ${curl(operation)}`),
    '',
    'Without `--stand-ins` the service itself is called. `/openapi.json` describes the routes as they are.',
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

/** A call that one can try. */
function curl(operation: Operation): string {
  const { endpoint, plain, requestSample, request } = operation
  const address = 'http://127.0.0.1:8080'
  if (plain) {
    const { path, query } = requestSample ? givenOf(operation, requestSample.body) : { path: {}, query: {} }
    const place = endpoint.path.replaceAll(/:(\w+)/g, (whole, name: string) => encodeURIComponent(path[name] ?? whole))
    const asked = new URLSearchParams(query).toString()
    return `curl -i ${endpoint.verb === 'GET' ? '' : `-X ${endpoint.verb} `}'${address}${place}${asked === '' ? '' : `?${asked}`}'`
  }
  const data = request.kind === 'empty' ? "'{}'" : `@${filesOf(operation).request}`
  const verb = endpoint.verb === 'POST' ? '' : ` -X ${endpoint.verb}`
  return `curl -i${verb} -H 'Content-Type: application/json' -d ${data} ${address}${endpoint.path}`
}

const HOW = [
  'Try it, with the service played by its stand-in:',
  '',
  '    waybill check --stand-ins',
  '    waybill test',
  '    waybill run --stand-ins',
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
