import { suggestion } from '../../../config/faults.ts'
import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, type XmlName, XSD } from '../../xml/events.ts'
import type { ReadSchema } from './documents.ts'
import type { SchemaReport } from './report.ts'

/** A global component as it stands in its schema. */
export interface GlobalComponent {
  readonly element: XmlElement
  readonly schema: ReadSchema
  readonly name: XmlName
}

export type SymbolKind = 'element' | 'attribute' | 'type' | 'group' | 'attributeGroup'

/** All global components by kind and `clark` name. */
export type Symbols = Readonly<Record<SymbolKind, ReadonlyMap<string, GlobalComponent>>>

const KINDS: Readonly<Record<string, SymbolKind>> = {
  element: 'element',
  attribute: 'attribute',
  simpleType: 'type',
  complexType: 'type',
  group: 'group',
  attributeGroup: 'attributeGroup',
}
const OTHERS = new Set(['annotation', 'import', 'include', 'redefine', 'notation'])

/** Finds the global components of the schemas; one that is declared twice is a fault. */
export function collectSymbols(schemas: readonly ReadSchema[], report: SchemaReport): Symbols {
  const maps = { element: table(), attribute: table(), type: table(), group: table(), attributeGroup: table() }
  for (const schema of schemas) {
    for (const element of childElements(schema.root)) {
      const kind = element.ns === XSD ? KINDS[element.local] : undefined
      if (kind) add(maps[kind], { element, schema, name: { ns: schema.namespace, local: attribute(element, 'name') ?? '' } }, report)
      else if (element.ns === XSD && !OTHERS.has(element.local)) report.at(element, `${element.local} is no component of a schema`)
    }
  }
  return maps
}

function table(): Map<string, GlobalComponent> {
  return new Map()
}

function add(map: Map<string, GlobalComponent>, symbol: GlobalComponent, report: SchemaReport): void {
  const { element, schema, name } = symbol
  const key = clark(name)
  const before = map.get(key)
  if (name.local === '') report.at(element, `this ${element.local} has no name`)
  else if (!before) map.set(key, symbol)
  // One file may come twice, by two embedded schemas or two spellings of its path.
  else if (before.schema.text !== schema.text) report.at(element, `${name.local} is declared in ${before.schema.file} already`)
}

/** The name that a QName in an attribute means; undefined, and a fault, where its prefix is not declared. */
export function qnameOf(element: XmlElement, text: string, schema: ReadSchema, report: SchemaReport): XmlName | undefined {
  const [first = '', second] = text.trim().split(':')
  const [prefix, local] = second === undefined ? ['', first] : [first, second]
  const ns = element.resolve(prefix) ?? (prefix === '' ? '' : undefined)
  if (ns === undefined) return void report.at(element, `the prefix ${prefix} of "${text}" is not declared here`)
  // A chameleon's references without a namespace mean its includer's.
  return { ns: ns === '' && schema.targetNamespace === '' ? schema.namespace : ns, local }
}

/** What to say of a name that nothing declares. */
export function unknown(what: string, name: XmlName, known: Iterable<string>): string {
  const near = [...known].map(key => (key.startsWith(`{${name.ns}}`) ? key.slice(name.ns.length + 2) : key))
  return `there is no ${what} ${clark(name)}${suggestion(name.local, near)}`
}
