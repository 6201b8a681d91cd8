import { suggestion } from '../../config/faults.ts'
import { GatewayError } from '../../gateway/errors.ts'
import type { Format, RecordFormat } from '../format.ts'
import { clark, type XmlElementReader, type XmlPlace } from '../xml/events.ts'
import { createElementCodec, type ElementCodec, readTyped } from '../xsd/codec/codec.ts'
import type { ElementDeclaration, SchemaSet } from '../xsd/model.ts'
import { isXmlType } from './xml-type.ts'

/** The element that a name means: `Order`, or `{namespace}Order`; else why it means none. */
export function rootNamed(set: SchemaSet, name: string): ElementDeclaration | string {
  const exact = set.elements.get(name)
  if (exact) return exact
  const same = [...set.elements.values()].filter(element => element.name.local === name)
  const [only] = same
  if (only && same.length === 1) return only
  if (same.length > 1) return `"${name}" is declared in several namespaces; write ${same.map(element => clark(element.name)).join(' or ')}`
  return `no element "${name}" is declared globally${suggestion(name, namesOf(set))}`
}

/** The element that may be the root, where there is but one. */
export function onlyRoot(set: SchemaSet): ElementDeclaration | undefined {
  const [only] = set.elements.values()
  return set.elements.size === 1 ? only : undefined
}

/** Names of all that may be roots. */
export function namesOf(set: SchemaSet): readonly string[] {
  return [...set.elements.values()].map(({ name }) => name.local)
}

/** Reads and writes documents of one root element, and the records in them where there are some. */
export function rootFormat(set: SchemaSet, root: ElementDeclaration, records?: RecordFormat): Format {
  const codec = createElementCodec(set, root)
  return {
    contentType: TYPE,
    takes: isXmlType,
    read: ({ body, contentType }) => codec.read(body, contentType),
    write: body => document(codec, body),
    ...(records && { records }),
    get schema() {
      return codec.schema
    },
  }
}

/** Reads documents of any root element that the schema declares; writes none, since it would not know which. `option`: what would name it. */
export function anyRootFormat(set: SchemaSet, option: string): Format {
  const reader = (place?: () => XmlPlace): XmlElementReader => anyRootReader(set, place)
  return {
    contentType: TYPE,
    takes: isXmlType,
    read: ({ body, contentType }) => readTyped(reader, body, contentType),
    write() {
      throw new GatewayError('MAPPING_FAILED', `which element of the schema is to be written? Name it as \`${option}\` of \`format: xml\``)
    },
  }
}

const TYPE = 'application/xml'

function document(codec: ElementCodec, body: unknown): Uint8Array {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${codec.writeText(body)}`)
}

function anyRootReader(set: SchemaSet, place: (() => XmlPlace) | undefined): XmlElementReader {
  let inner: XmlElementReader | undefined
  return {
    open(tag) {
      inner ??= createElementCodec(set, set.elements.get(clark(tag)) ?? unknownRoot(set, clark(tag))).reader(place)
      inner.open(tag)
    },
    text: text => inner?.text(text),
    close: () => inner?.close(),
    comment: text => inner?.comment?.(text),
    instruction: (target, data) => inner?.instruction?.(target, data),
    result: () => inner?.result(),
  }
}

function unknownRoot(set: SchemaSet, name: string): never {
  const message = `the root element ${name} is not declared by the schema${suggestion(name, [...set.elements.keys()])}`
  throw new GatewayError('SCHEMA_INVALID', message, { errors: [{ line: 1, column: 1, message, rule: 'xsd' }] })
}
