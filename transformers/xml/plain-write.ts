import { isExactNumber } from '../json/exact-number.ts'
import { pointerPart } from '../map/fields.ts'
import { unwritable, type Where } from './escape.ts'
import { xmlLimits } from './limits.ts'
import type { PlainNames } from './plain-names.ts'
import type { XmlWriter } from './writer.ts'

/** Where in the body the writing is: names and indexes. */
export type Trail = (string | number)[]

/** A JSON pointer (RFC 6901). */
export function pointerOf(trail: Trail): string {
  return trail.map(part => pointerPart(String(part))).join('')
}

export interface PlainWriting {
  readonly writer: XmlWriter
  readonly names: PlainNames
  readonly prefixes: Readonly<Record<string, string>>
  readonly trail: Trail
  /** Elements that are open. */
  depth: number
}

/** Writes a body of one member: the root element. Throws MAPPING_FAILED with the pointer of what has no form in XML. */
export function writeRoot(body: unknown, writing: PlainWriting): void {
  const where = whereOf(writing)
  const members = membersOf(body)
  const [root, ...others] = members ? Object.keys(members).filter(key => members[key] !== undefined) : []
  if (!members || root === undefined || others.length > 0) {
    throw unwritable(`the body must be an object of one member, the root element; this is ${describe(body)}`, where)
  }
  const value = members[root]
  writing.trail.push(root)
  if (Array.isArray(value)) throw unwritable('a document has one root element; this is a list', where)
  begin(root, writing)
  for (const [prefix, uri] of Object.entries(writing.prefixes)) writing.writer.declare(prefix, uri)
  writeContent(value, writing)
  writing.trail.pop()
}

function writeMember(key: string, value: unknown, writing: PlainWriting): void {
  if (value === undefined) return
  writing.trail.push(key)
  if (Array.isArray(value)) writeList(key, value, writing)
  else writeElement(key, value, writing)
  writing.trail.pop()
}

function writeList(key: string, list: readonly unknown[], writing: PlainWriting): void {
  const { trail } = writing
  for (const [index, item] of list.entries()) {
    trail.push(index)
    if (Array.isArray(item)) throw unwritable('a list in a list has no form in XML', whereOf(writing))
    writeElement(key, item, writing)
    trail.pop()
  }
}

function writeElement(key: string, value: unknown, writing: PlainWriting): void {
  begin(key, writing)
  writeContent(value, writing)
}

function begin(key: string, { writer, names, trail }: PlainWriting): void {
  const name = names.ofElement(key, () => pointerOf(trail))
  writer.open(name, name.prefix)
}

function writeContent(value: unknown, writing: PlainWriting): void {
  const { writer } = writing
  if (++writing.depth > xmlLimits.depth) throw unwritable(`elements are nested more than ${xmlLimits.depth} levels deep`, whereOf(writing))
  const members = isExactNumber(value) ? undefined : membersOf(value)
  if (!members) writer.text(scalar(value, writing))
  else writeMembers(members, writing)
  writer.close()
  writing.depth--
}

function writeMembers(members: Readonly<Record<string, unknown>>, writing: PlainWriting): void {
  const keys = Object.keys(members)
  for (const key of keys) if (key.startsWith('@')) writeAttribute(key, members[key], writing)
  if (members.$ !== undefined) {
    writing.trail.push('$')
    writing.writer.text(scalar(members.$, writing))
    writing.trail.pop()
  }
  for (const key of keys) if (key !== '$' && !key.startsWith('@')) writeMember(key, members[key], writing)
}

function writeAttribute(key: string, value: unknown, writing: PlainWriting): void {
  if (value === undefined) return
  writing.trail.push(key)
  const name = writing.names.ofAttribute(key.slice(1), whereOf(writing))
  writing.writer.attribute(name, scalar(value, writing), name.prefix)
  writing.trail.pop()
}

function scalar(value: unknown, writing: PlainWriting): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'bigint' || isExactNumber(value)) return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  const mend = value === null ? "; leave the member out, or write '' for an empty element" : ''
  throw unwritable(`${describe(value)} has no form in XML without an XSD${mend}`, whereOf(writing))
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return undefined
  return value as Readonly<Record<string, unknown>>
}

function whereOf({ trail }: PlainWriting): Where {
  return () => pointerOf(trail)
}

function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'a list'
  if (ArrayBuffer.isView(value)) return 'bytes'
  return typeof value === 'object' ? `an object of ${Object.keys(value).length} members` : `a ${typeof value}`
}
