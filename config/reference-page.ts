import { type ConfigSchema, type Definitions, definitionOf, expected } from './form.ts'
import { type Registries, wholeSchema } from './schema.ts'

interface Row {
  readonly key: string
  readonly schema: ConfigSchema
  readonly required: boolean
}

/** Headings and first lines of the page's sections, by definition. */
const SECTIONS: Readonly<Record<string, readonly [string, string]>> = {
  route: ['Routes', 'One file a route in `routes/`, or under `routes` in `waybill.yaml`.'],
  source: ['Sources', 'What stands in `from` of a route: one of these protocols, and the keys that all of them share.'],
  target: [
    'Targets',
    'What stands in `to` of a route, and wherever a target may stand: a name, a list, an entry with `system`, or a router with `first`.',
  ],
  step: ['Transformers', 'A step of a `transform` or an `answer`: one of these keys.'],
  format: [
    'Formats',
    'What stands in `format` of a source, a system or an operation: the name alone, or one of these keys with its options.',
  ],
  system: [
    'Systems',
    'One file a system in `systems/`, or under `systems` in `waybill.yaml`: one of these protocols, and the keys that all of them share.',
  ],
  mapping: ['Mappings', 'One file a mapping in `mappings/`.'],
  client: ['Clients', 'In `clients.yaml`, by name.'],
  test: ['Tests', 'A file in `tests/` is a list of these.'],
}

const INTRODUCTION = `# Config reference

<!-- Generated from the option schemas beside the code: npm run generate. -->

A project is a folder with a \`waybill.yaml\`; what stands under a name there may stand in a file of that name instead. Durations are
written \`250ms\`, \`5s\`, \`2m\`, \`1h\`, \`3d\`; sizes \`512B\`, \`64KB\`, \`8MB\`, \`1GB\`. Any value may hold \`\${env:NAME}\`,
\`\${env:NAME:-default}\` or \`\${file:PATH}\`, which are put in after the YAML was read. \`waybill check\` names every fault with its file,
line and column (see [config faults](config-faults.md)).
`

/** The reference page of the config (Markdown), made from the same entries that check it. */
export function configReference(registries: Registries): string {
  const { root, definitions } = wholeSchema(registries)
  const own = ['## waybill.yaml', table(rowsOf('', root, definitions), definitions)]
  const sections = Object.entries(SECTIONS).flatMap(([name, [title, text]]) => {
    const schema = definitions[name]
    return schema ? [`## ${title}`, text, ...sectionOf(schema, definitions)] : []
  })
  return `${[INTRODUCTION.trimEnd(), ...own, ...sections].join('\n\n')}\n`
}

function sectionOf(schema: ConfigSchema, definitions: Definitions): string[] {
  const byKey = schema.byKey ?? schema.anyOf?.find(one => one.byKey)?.byKey
  if (!byKey) return [table(rowsOf('', schema, definitions), definitions)]
  const forms = Object.entries(byKey)
  const shared = sharedKeys(forms.map(([, form]) => form))
  const own = forms.flatMap(([key, form]) => [`### \`${key}\``, table(rowsOf('', without(form, shared), definitions), definitions)])
  const [first] = forms
  if (shared.length === 0 || !first) return own
  const rest = Object.keys(first[1].properties ?? {}).filter(key => !shared.includes(key))
  return [...own, '### For all of them', table(rowsOf('', without(first[1], rest), definitions), definitions)]
}

function sharedKeys(forms: readonly ConfigSchema[]): string[] {
  const [first, ...others] = forms
  if (others.length === 0) return []
  return Object.entries(first?.properties ?? {}).flatMap(([key, schema]) =>
    others.every(form => form.properties?.[key] === schema) ? [key] : [],
  )
}

function without(form: ConfigSchema, keys: readonly string[]): ConfigSchema {
  return { ...form, properties: Object.fromEntries(Object.entries(form.properties ?? {}).filter(([key]) => !keys.includes(key))) }
}

/** One row a key, those of nested groups behind a dot; what has a section of its own is not unfolded. */
function rowsOf(prefix: string, schema: ConfigSchema, definitions: Definitions): Row[] {
  const { properties = {}, required = [], additionalProperties, items, anyOf, byKey, $ref } = schema
  if ($ref) return []
  const own = Object.entries(properties).flatMap(([name, option]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`
    return [{ key, schema: option, required: required.includes(name) }, ...rowsOf(key, option, definitions)]
  })
  const named = additionalProperties ? rowsOf(`${prefix}.NAME`, additionalProperties, definitions) : []
  const listed = items ? rowsOf(`${prefix}[]`, items, definitions) : []
  const forms = [...(anyOf ?? []), ...Object.values(byKey ?? {})].flatMap(form => rowsOf(prefix, form, definitions))
  return distinct([...own, ...named, ...listed, ...forms])
}

function distinct(rows: readonly Row[]): Row[] {
  const seen = new Set<string>()
  return rows.filter(({ key }) => !seen.has(key) && seen.add(key))
}

function table(rows: readonly Row[], definitions: Definitions): string {
  return ['| Key | Value | Default | Meaning |', '|---|---|---|---|', ...rows.map(row => line(row, definitions))].join('\n')
}

function line({ key, schema, required }: Row, definitions: Definitions): string {
  const form = definitionOf(schema, definitions)
  const fallback = schema.default ?? form.default
  const shown = fallback === undefined || isEmpty(fallback) ? '' : `\`${cell(text(fallback))}\``
  const example = schema.example ?? form.example
  const described = schema.description ?? form.description ?? form.anyOf?.find(one => one.description)?.description
  const meaning = [described, example === undefined ? undefined : `Example: \`${cell(text(example))}\`.`]
  const sentences = meaning.filter(part => part !== undefined).map(part => (part.startsWith('Example') ? part : cell(part)))
  return `| \`${key}\` | ${cell(kindOf(schema, definitions))} | ${required ? 'required' : shown} | ${sentences.join(' ')} |`
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function cell(part: string): string {
  return part.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function kindOf(schema: ConfigSchema, definitions: Definitions): string {
  const form = definitionOf(schema, definitions)
  const bounds = [form.minimum === undefined ? '' : `from ${form.minimum}`, form.maximum === undefined ? '' : `to ${form.maximum}`]
  return [expected(schema, definitions), ...bounds].filter(part => part !== '').join(' ')
}
