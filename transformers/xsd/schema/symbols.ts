import { suggestion } from '../../../config/faults.ts'
import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XML, type XmlName, XSD } from '../../xml/events.ts'
import type { ReadSchema } from './documents.ts'
import { quote, type SchemaReport } from './report.ts'

/** A global component as it stands in its schema. */
export interface GlobalComponent {
  readonly element: XmlElement
  readonly schema: ReadSchema
  readonly name: XmlName
  /** What it takes the place of, where it stands in an xs:redefine. */
  readonly redefines?: GlobalComponent
}

export type SymbolKind = 'element' | 'attribute' | 'type' | 'group' | 'attributeGroup'

/** All global components by kind and `clark` name. */
export type Symbols = Readonly<Record<SymbolKind, ReadonlyMap<string, GlobalComponent>>>

type Tables = Readonly<Record<SymbolKind, Map<string, GlobalComponent>>>

const KINDS: Readonly<Record<string, SymbolKind>> = {
  element: 'element',
  attribute: 'attribute',
  simpleType: 'type',
  complexType: 'type',
  group: 'group',
  attributeGroup: 'attributeGroup',
}

/** Finds the global components of the schemas; one that is declared twice is a fault. */
export function collectSymbols(schemas: readonly ReadSchema[], report: SchemaReport): Symbols {
  const tables: Tables = { element: new Map(), attribute: new Map(), type: new Map(), group: new Map(), attributeGroup: new Map() }
  for (const schema of schemas) for (const [kind, symbol] of componentsIn(schema.root, schema)) add(tables[kind], symbol, report)
  // What is redefined may itself be a redefinition: that of the file further off comes first.
  for (const schema of [...schemas].reverse()) {
    for (const redefinition of schema.redefinitions) {
      for (const [kind, symbol] of componentsIn(redefinition, schema)) redefine(tables[kind], kind, symbol, report)
    }
  }
  return tables
}

function componentsIn(parent: XmlElement, schema: ReadSchema): [SymbolKind, GlobalComponent][] {
  return childElements(parent).flatMap(element => {
    const kind = element.ns === XSD && Object.hasOwn(KINDS, element.local) ? KINDS[element.local] : undefined
    const name = { ns: schema.namespace, local: attribute(element, 'name')?.trim() ?? '' }
    return kind ? [[kind, { element, schema, name }] as [SymbolKind, GlobalComponent]] : []
  })
}

function add(table: Map<string, GlobalComponent>, symbol: GlobalComponent, report: SchemaReport): void {
  const { element, schema, name } = symbol
  const key = clark(name)
  const before = table.get(key)
  if (!before) table.set(key, symbol)
  // One file may come twice, by two spellings of its path.
  else if (before.schema === schema || before.schema.text.trim() !== schema.text.trim()) {
    report.at(element, `xs:${element.local} ${quote(name.local)} is declared a second time; first at ${report.placeOf(before.element)}`)
  }
}

function redefine(table: Map<string, GlobalComponent>, kind: SymbolKind, symbol: GlobalComponent, report: SchemaReport): void {
  const key = clark(symbol.name)
  const redefines = table.get(key)
  if (redefines) table.set(key, { ...symbol, redefines })
  else report.at(symbol.element, unknown(kind, symbol.name, table.keys()))
}

/** The component that a name at this element means: within a redefinition its own name means what it redefines. */
export function meantBy(found: GlobalComponent | undefined, from: XmlElement): GlobalComponent | undefined {
  let meant = found
  for (; meant?.redefines; meant = meant.redefines) if (!isWithin(from, meant.element)) return meant
  return meant
}

function isWithin(element: XmlElement, outer: XmlElement): boolean {
  for (let at: XmlElement | undefined = element; at; at = at.parent) if (at === outer) return true
  return false
}

/** The name that a QName in an attribute means; undefined, and a fault, where its prefix is not declared or its namespace not imported. */
export function qnameOf(element: XmlElement, text: string, schema: ReadSchema, report: SchemaReport): XmlName | undefined {
  const [first = '', second] = text.trim().split(':')
  const [prefix, local] = second === undefined ? ['', first] : [first, second]
  const ns = element.resolve(prefix) ?? (prefix === '' ? '' : undefined)
  if (ns === undefined) return void report.at(element, `the prefix ${prefix} of "${text}" is not declared here`)
  // A chameleon's references without a namespace mean its includer's.
  const meant = ns === '' && schema.targetNamespace === '' ? schema.namespace : ns
  if (isVisible(meant, schema)) return { ns: meant, local }
  const [what, how] = meant === '' ? ['no namespace', ''] : [`namespace ${quote(meant)}`, ` namespace="${meant}"`]
  return void report.at(
    element,
    `${quote(text)} is of ${what}, which this schema does not import`,
    `Write <xs:import${how} schemaLocation="..."/> into this schema, or mend the prefix.`,
  )
}

function isVisible(ns: string, { namespace, imports }: ReadSchema): boolean {
  return ns === namespace || ns === XSD || ns === XML || imports === undefined || imports.has(ns)
}

/** What to say of a name that nothing declares; other namespaces' names are suggested with theirs. */
export function unknown(kind: SymbolKind, name: XmlName, known: Iterable<string>): string {
  const near = [...known].map(key => (key.startsWith(`{${name.ns}}`) ? key.slice(name.ns.length + 2) : key))
  const elsewhere = near.find(key => key.endsWith(`}${name.local}`))
  const hint = elsewhere && !near.includes(name.local) ? `; did you mean ${elsewhere}?` : suggestion(name.local, near)
  return `there is no ${kind} ${clark(name)}${hint}`
}
