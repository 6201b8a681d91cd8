import { type Path, suggestion } from '../../config/faults.ts'
import type { FormatContext, Formats } from '../format.ts'
import { loadSchemas } from '../xsd/load.ts'
import type { ElementDeclaration, SchemaSet } from '../xsd/model.ts'
import { typedRecords } from './xml-records.ts'
import { anyRootFormat, namesOf, onlyRoot, rootFormat, rootNamed } from './xml-roots.ts'

/** What of the options concerns typed XML. */
export interface TypedOptions {
  readonly element?: string
  readonly reply?: string
  readonly records?: string
  readonly many?: readonly string[]
  readonly prefixes?: Readonly<Record<string, string>>
}

/** The key that names the root of requests, and that of replies. */
type RootOption = 'element' | 'reply'

/** XML typed by a schema's file; undefined where the config has faults. */
export function typedFormats(schema: { file: string; path: Path }, options: TypedOptions, context: FormatContext): Formats | undefined {
  const { project, path } = context
  const before = project.faults.count
  refusePlain(schema.file, options, context)
  const set = loadSchemas(project, schema.file, schema.path)
  if (!set) return undefined
  const typed = options.records === undefined ? undefined : typedRecords(set, options.records, context)
  const named = rootOf(set, 'element', options, context)
  if (typed && options.element !== undefined && named !== typed.root) refuseOther(options.records, context)
  const request = typed?.root ?? named
  const reply = rootOf(set, 'reply', options, context)
  const written = writtenOf(context)
  if (written && !(written === 'element' ? request : reply) && options[written] === undefined) {
    const known = suggestion('', namesOf(set))
    project.faults.add(
      'MISSING',
      path,
      `${schema.file} declares ${set.elements.size} elements, and nothing says which is written${known}`,
      {
        mend: `Name it: \`${written}: NAME\`.`,
      },
    )
  }
  if (project.faults.count > before) return undefined
  return {
    request: request ? rootFormat(set, request, typed?.records) : anyRootFormat(set, 'element'),
    reply: reply ? rootFormat(set, reply) : anyRootFormat(set, 'reply'),
  }
}

function refuseOther(records: string | undefined, { project, path }: FormatContext): void {
  const message = `"element" names another root than ${records}`
  project.faults.add('CONFLICT', [...path, 'element'], message, { mend: 'Remove `element`: `records` says it.' })
}

function refusePlain(file: string, options: TypedOptions, { project, path }: FormatContext): void {
  for (const name of ['many', 'prefixes'] as const) {
    if (options[name] === undefined) continue
    const details = { atKey: true, mend: 'Remove it.' }
    project.faults.add('CONFLICT', [...path, name], `"${name}" is for XML without a schema; here ${file} says it`, details)
  }
}

function rootOf(
  set: SchemaSet,
  option: RootOption,
  options: TypedOptions,
  { project, path }: FormatContext,
): ElementDeclaration | undefined {
  const name = options[option]
  if (name === undefined) return onlyRoot(set)
  const root = rootNamed(set, name)
  if (typeof root !== 'string') return root
  project.faults.add('UNKNOWN_NAME', [...path, option], root)
  return undefined
}

/** Which of the two is surely written: requests to a system, replies of a route that has some. */
function writtenOf({ project, path: [kind, name] }: FormatContext): RootOption | undefined {
  if (kind === 'systems') return 'element'
  return kind === 'routes' && name !== undefined && project.routes[name]?.reply ? 'reply' : undefined
}
