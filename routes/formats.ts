import { adapters } from '../adapters/registry.ts'
import type { FormatConfig, OperationConfig, Project, RouteConfig, SystemConfig } from '../config/project.ts'
import type { Message } from '../gateway/message.ts'
import type { Format, FormatContext, Formats } from '../transformers/format.ts'
import { jsonFormat } from '../transformers/formats/json.ts'
import { formats } from '../transformers/formats/registry.ts'
import { packedFormats } from './unpacking.ts'

/** At least one: the first is meant where a sender leaves the choice. */
export type SomeFormats = readonly [Formats, ...Formats[]]

const JSON_FORMATS: SomeFormats = [{ request: jsonFormat, reply: jsonFormat }]

/** How the bodies of a source are read and its replies written: as its `format` says, else its adapter, else by the kind of its schema. */
export function sourceFormats(project: Project, route: RouteConfig, index: number): SomeFormats {
  const [first, ...rest] = bareFormats(project, route, index)
  return route.from[index]?.unpack === undefined ? [first, ...rest] : [packedFormats(first)]
}

function bareFormats(project: Project, route: RouteConfig, index: number): SomeFormats {
  const source = route.from[index]
  if (!source) return JSON_FORMATS
  const schema = source.schema === undefined ? undefined : { file: source.schema, path: [...source.path, 'schema'] }
  const written = source.formats.flatMap(one => made(one, { project, path: one.path, ...(schema && { schema }) }) ?? [])
  if (source.formats.length > 0) return some(written)
  const own = adapters[source.adapter]?.source.formats?.({ route, index, source }, project)
  if (own) return [own]
  if (!schema || !isXsd(schema.file)) return JSON_FORMATS
  return some([made({ kind: 'xml', value: {}, path: source.path }, { project, path: schema.path, schema })].filter(isSet))
}

function some([first, ...rest]: readonly Formats[]): SomeFormats {
  return first ? [first, ...rest] : JSON_FORMATS
}

/** How a target is written to and its answers are read; undefined where nothing says so: bodies that were changed go as JSON, all others as they came. */
export function targetFormats(project: Project, system: SystemConfig, operation: OperationConfig | undefined): Formats | undefined {
  const { path, options, format = system.format } = operation ?? system
  if (format) return made(format, { project, path: format.path })
  return adapters[system.adapter]?.system?.formats?.(options, { project, path })
}

/** True for the file of an XML Schema. */
export function isXsd(file: string): boolean {
  return /\.xsd$/i.test(file)
}

/** Of several formats the one that takes the content type; else the first. */
export function requestFormat(all: readonly Formats[], contentType: string): Format {
  const found = all.length > 1 ? all.find(({ request }) => request.takes(typeName(contentType))) : undefined
  return (found ?? all[0])?.request ?? jsonFormat
}

/** The format of the reply: what the sender asked for, else the one that it used itself. */
export function replyFormat(all: readonly Formats[], { contentType, replyType }: Pick<Message, 'contentType' | 'replyType'>): Format {
  const wanted = typeName(replyType ?? contentType)
  const found = all.length > 1 ? all.find(({ reply }) => reply.takes(wanted)) : undefined
  return (found ?? all[0])?.reply ?? jsonFormat
}

/** A content type's name in lower case, without parameters. */
export function typeName(contentType: string): string {
  if (contentType === 'application/json') return contentType
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

function made({ kind, value }: FormatConfig, context: FormatContext): Formats | undefined {
  return formats[kind]?.create(value, context)
}

function isSet<T>(value: T | undefined): value is T {
  return value !== undefined
}
