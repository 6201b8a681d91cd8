import { suggestion } from '../../config/faults.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { FormatContext, RecordFormat, RecordWriter } from '../format.ts'
import { refuseHeader } from '../json/write-record.ts'
import type { XmlElementReader, XmlName, XmlPlace } from '../xml/events.ts'
import type { PlainXml } from '../xml/plain.ts'
import { createPlainNames, type PlainName } from '../xml/plain-names.ts'
import { createElementRecords } from '../xml/records.ts'
import { createXmlWriter } from '../xml/writer.ts'
import { createElementCodec } from '../xsd/codec/codec.ts'
import { compilerOf } from '../xsd/codec/compile.ts'
import type { ElementPlan, Step } from '../xsd/codec/plan.ts'
import type { ElementDeclaration, SchemaSet } from '../xsd/model.ts'
import { rootNamed } from './xml-roots.ts'

/** What of the options concerns the records of XML without a schema. */
export interface PlainRecordOptions {
  /** /Orders/Order */
  readonly records: string
  readonly prefixes?: Readonly<Record<string, string>>
}

/** Records without a schema: each is an object of its element's name and content, as a document's body is. Undefined where the config has faults. */
export function plainRecords(plain: PlainXml, options: PlainRecordOptions, { project, path }: FormatContext): RecordFormat | undefined {
  const names = createPlainNames(options.prefixes ?? {})
  const keys = options.records.split('/').slice(1)
  try {
    const named = keys.map(key => names.ofElement(key, () => options.records))
    const steps = named.map(({ local }, at) => ({ local, is: (name: XmlName) => names.element(name) === keys[at] }))
    return {
      reader: () => createElementRecords({ steps, names, element: place => placedReader(plain, place) }),
      writer: () => createWriter(named.slice(0, -1), body => elementOf(plain, body, keys.at(-1))),
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    project.faults.add('UNKNOWN_NAME', [...path, 'records'], error.detail)
    return undefined
  }
}

/** Records of a schema, each as its element's content, and the root that they stand in. */
export interface TypedRecords {
  readonly root: ElementDeclaration
  readonly records: RecordFormat
}

/** Undefined where the config has faults: the path begins with a global element, and goes on by the names of elements within. */
export function typedRecords(set: SchemaSet, path: string, context: FormatContext): TypedRecords | undefined {
  const plans = plansOf(set, stepsOf(path))
  if (typeof plans === 'string') {
    context.project.faults.add('UNKNOWN_NAME', [...context.path, 'records'], plans)
    return undefined
  }
  const [root, last] = [plans[0], plans.at(-1)]
  const needed = context.path[0] === 'systems' ? plans.slice(1).map((inner, at) => neededBeside(plans[at], inner)) : []
  for (const what of needed.filter(one => one !== undefined)) refuseAround(what, path, context)
  if (!root || !last) return undefined
  const codec = createElementCodec(set, last.declaration)
  const steps = plans.map(({ name: { ns, local } }) => ({ local, is: (name: XmlName) => name.local === local && name.ns === ns }))
  const parents = plans.slice(0, -1).map(({ name, tag }) => ({ ...name, prefix: tag.slice(0, Math.max(0, tag.indexOf(':'))) }))
  const records: RecordFormat = {
    reader: () => createElementRecords({ steps, names: LOCAL, element: place => codec.reader(place) }),
    writer: () => createWriter(parents, body => codec.writeText(body)),
    get schema() {
      return codec.schema
    },
  }
  return { root: root.declaration, records }
}

/** What the schema requires around the records, where nothing but the elements of the path is written. */
function neededBeside(around: ElementPlan | undefined, inner: ElementPlan): string | undefined {
  if (!around) return undefined
  const attribute = around.type.attributes.find(({ use }) => use.required)
  if (attribute) return `the attribute ${attribute.use.name.local} of ${around.name.local}`
  const members = new Set([...(around.type.model?.children.get(inner.name.local) ?? [])].map(({ member }) => member))
  const step = around.type.model?.steps.find(one => isNeeded(one) && !one.members.some(member => members.has(member)))
  return step && `${step.members[0]} in ${around.name.local}`
}

function isNeeded(step: Step): boolean {
  if (step.kind === 'items') return true
  return 'steps' in step ? !step.optional : step.min > 0
}

function refuseAround(what: string, path: string, context: FormatContext): void {
  context.project.faults.add('CONFLICT', [...context.path, 'records'], `the schema requires ${what}, which is not written around ${path}`, {
    mend: 'Write whole documents, by a mapping of the list, or have it optional in the schema.',
  })
}

/** The first may be `{namespace}Name`. */
function stepsOf(path: string): readonly string[] {
  return [...path.matchAll(/\/((?:\{[^}]*\})?[^/{}]+)/g)].flatMap(([, name]) => name ?? [])
}

function plansOf(set: SchemaSet, [first = '', ...rest]: readonly string[]): readonly ElementPlan[] | string {
  const root = rootNamed(set, first)
  if (typeof root === 'string') return root
  const plans = [compilerOf(set).element(root)]
  for (const step of rest) {
    const model = plans.at(-1)?.type.model
    const [only, ...others] = model?.children.get(step) ?? []
    const child = model?.byMember.get(step) ?? (others.length === 0 ? only : undefined)
    if (!child) {
      const known = [...(model?.byMember.keys() ?? [])]
      return `no element "${step}" stands in ${plans.map(({ name }) => `/${name.local}`).join('')}${suggestion(step, known)}`
    }
    plans.push(child.element)
  }
  return plans
}

function placedReader(plain: PlainXml, place: () => XmlPlace): XmlElementReader {
  const reader = plain.elementReader({ named: true })
  reader.begin?.(place)
  return reader
}

function elementOf(plain: PlainXml, body: unknown, name: string | undefined): string {
  const writer = createXmlWriter()
  plain.writeInto(writer, body)
  const [key] = typeof body === 'object' && body !== null ? Object.keys(body) : []
  if (key === name) return writer.result()
  throw new GatewayError('MAPPING_FAILED', `the record is the element ${key}; expected ${name}`)
}

/** Wraps the records in the elements around them. */
function createWriter(parents: readonly PlainName[], element: (body: unknown) => string): RecordWriter {
  const writer = createXmlWriter({ declaration: true })
  for (const name of parents) writer.open(name, name.prefix)
  writer.comment(HERE)
  for (const _ of parents) writer.close()
  const [before = '', behind = ''] = writer.result().split(`<!--${HERE}-->`)
  return {
    open(header) {
      refuseHeader(header, 'XML')
      return Buffer.from(before)
    },
    record: body => Buffer.from(`\n${element(body)}`),
    close: () => Buffer.from(`\n${behind}\n`),
  }
}

const HERE = 'records'
/** In bodies by a schema names have no prefix. */
const LOCAL = createPlainNames({})
