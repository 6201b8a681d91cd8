import { isFields, listOf } from '../../../config/value.ts'
import type { Description, Located } from './document.ts'
import { xmlName } from './names.ts'
import type { Parameter } from './operation.ts'
import { textScalar } from './scalars.ts'
import type { Shapes } from './shapes.ts'

interface Making {
  readonly description: Description
  readonly shapes: Shapes
  readonly names: (wanted: string) => string
  note(text: string): void
}

/** What OpenAPI itself takes no notice of, and what the gateway writes. */
const IGNORED = new Set(['accept', 'content-type', 'authorization'])
const OURS = new Set(['idempotency-key', 'x-correlation-id', 'traceparent', 'host', 'content-length', 'connection'])
const SEPARATORS: Readonly<Record<string, string>> = { spaceDelimited: ' ', pipeDelimited: '|' }

/** What parameters are declared in, and the path that needs some. */
interface Owners {
  readonly item: Located
  readonly operation: Located
  readonly path: string
}

/** Those of the path item, and of the operation over them; those of the path that nobody declares are texts. */
export function parametersOf({ item, operation, path }: Owners, making: Making): readonly Parameter[] {
  const byName = new Map<string, Located>()
  for (const owner of [item, operation]) {
    const all = making.description.member(owner, 'parameters')
    for (const [index] of listOf(owner.value.parameters).entries()) {
      const parameter = making.description.follow({
        ...making.description.member({ ...all, value: { ...listOf(owner.value.parameters) } }, index),
      })
      byName.set(`${String(parameter.value.in)} ${String(parameter.value.name)}`, parameter)
    }
  }
  const declared = [...byName.values()].flatMap(parameter => parameterOf(parameter, making) ?? [])
  const needed = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  const missing = needed.filter(name => !declared.some(one => one.in === 'path' && one.name === name))
  return [...missing.map(name => undeclared(name, operation, making)), ...declared]
}

function undeclared(name: string, { at }: Located, { note, names }: Making): Parameter {
  note(`${at}: the path parameter ${name} is taken for a text, since nothing says what it is`)
  return { in: 'path', name, xml: names(xmlName(name, 'parameter')), shape: textScalar({}, note), required: true }
}

function parameterOf(parameter: Located, making: Making): Parameter | undefined {
  const { note, names, shapes, description } = making
  const { value, at } = parameter
  const name = String(value.name)
  const place = value.in
  if (place === 'cookie') return void note(`${at}: the cookie ${name} is not carried; set a header Cookie in the operation`)
  if (place !== 'path' && place !== 'query' && place !== 'header') return undefined
  const lower = name.toLowerCase()
  if (place === 'header' && IGNORED.has(lower)) return undefined
  if (place === 'header' && OURS.has(lower)) return void note(`${at}: the header ${name} is the gateway's own; callers do not set it`)
  if (!isFields(value.schema)) return void note(`${at}: ${name} is not carried, since it has no schema`)
  const { shape } = shapes.of(description.member(parameter, 'schema'))
  if (!isPlain(shape)) return void note(`${at}: ${name} is not carried, since it is neither a value nor a list of values`)
  const { style = place === 'query' ? 'form' : 'simple', explode = style === 'form' } = value
  const joined = shape.kind === 'list' && !(place === 'query' && explode === true)
  return {
    in: place,
    name,
    xml: names(xmlName(name, 'parameter')),
    shape,
    required: place === 'path' || value.required === true,
    ...(joined && { separator: SEPARATORS[String(style)] ?? ',' }),
    ...(typeof value.description === 'string' && { description: value.description.trim() }),
  }
}

function isPlain(shape: Parameter['shape']): boolean {
  return shape.kind === 'scalar' || (shape.kind === 'list' && shape.items.kind === 'scalar')
}
