import { isFields, listOf } from '../../../config/value.ts'
import type { Description, Located } from './document.ts'
import { xmlName } from './names.ts'
import type { Parameter } from './operation.ts'
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

/** Those of the path item, and of the operation over them. */
export function parametersOf(item: Located, operation: Located, making: Making): readonly Parameter[] {
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
  return [...byName.values()].flatMap(parameter => parameterOf(parameter, making) ?? [])
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
