import { Decimal } from 'decimal.js'
import { ExactNumber } from '../../../transformers/json/exact-number.ts'
import { canonicalize } from '../../../transformers/xml/c14n.ts'
import { readDocument } from '../../../transformers/xml/document.ts'
import type { Case, Client } from './cases.ts'

/** What clients cannot tell apart in an answer, for people. */
export const blurs: Readonly<Record<Client, string>> = {
  zeep: 'nil, empty and absent are all `None`',
  php: 'attributes are members as elements are; `xsi:type` is not told; attributes in details of faults are not told; the one part of an rpc answer comes without its name; a list type is a text',
  java: 'nothing',
}

/** Whether the client saw this answer, as far as it can tell. */
export function isSeen(client: Client, expected: unknown, seen: unknown, { fixture, fault }: Case): boolean {
  if (client === 'zeep') return isSame(withoutEmpty(expected ?? {}) ?? {}, withoutEmpty(seen) ?? {})
  if (client === 'php' && fault !== undefined) return isSame(withoutAttributes(expected), seen)
  if (client === 'php') return isSame(asPhp(partOf(expected, fixture.file)), seen === null ? {} : seen)
  return isSame(expected ?? {}, seen)
}

/** Whether the target got what the client was given. */
export function isReceived(sent: Case, received: unknown): boolean {
  const { input, attachments } = sent.operation
  const parts = Object.entries(attachments ?? {}).map(([name, $]) => [name, { '@contentType': 'image/tiff', $ }])
  return isSame(parts.length > 0 ? { ...Object(input), ...Object.fromEntries(parts) } : input, received)
}

/** Numbers by their value, XML by its canonical form, everything else as it is. */
function isSame(expected: unknown, seen: unknown, name = ''): boolean {
  if (isNumber(expected)) return (typeof seen === 'string' || isNumber(seen)) && new Decimal(String(seen)).equals(String(expected))
  if (typeof expected === 'string' && typeof seen === 'string' && (name === '$any' || name === 'any'))
    return canonical(expected) === canonical(seen)
  if (Array.isArray(expected)) {
    const list = typeof seen === 'string' ? seen.split(' ') : seen
    return Array.isArray(list) && list.length === expected.length && expected.every((item, index) => isSame(item, list[index], name))
  }
  if (typeof expected !== 'object' || expected === null) return expected === seen
  if (typeof seen !== 'object' || seen === null || Array.isArray(seen)) return false
  const [names, others] = [Object.keys(expected), Object.keys(seen)]
  return names.length === others.length && names.every(key => isSame(Reflect.get(expected, key), Reflect.get(seen, key), key))
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || value instanceof ExactNumber
}

function canonical(text: string): string {
  return canonicalize(readDocument(text))
}

/** Without members that are nil or empty; undefined where nothing is left. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || value === '') return undefined
  if (Array.isArray(value)) return value.length > 0 ? value.map(withoutEmpty) : undefined
  if (typeof value !== 'object' || value instanceof ExactNumber) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = withoutEmpty(member)
    return kept === undefined ? [] : [[name, kept] as const]
  })
  return members.length > 0 ? Object.fromEntries(members) : undefined
}

function asPhp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asPhp)
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value
  const members = Object.entries(value).filter(([name]) => name !== '@type')
  return Object.fromEntries(members.map(([name, member]) => (name === '$any' ? ['any', member.join('')] : [phpName(name), asPhp(member)])))
}

function withoutAttributes(detail: unknown): unknown {
  return Object.fromEntries(Object.entries(Object(detail)).filter(([name]) => !name.startsWith('@')))
}

function phpName(name: string): string {
  return name === '$' ? '_' : name.replace(/^@/, '')
}

function partOf(expected: unknown, file: string): unknown {
  if (!file.startsWith('rpc-')) return expected ?? {}
  const parts = Object.values(Object(expected))
  const part = parts.length === 1 ? parts[0] : expected
  return file.includes('arrays') ? (Object(part).item ?? part) : part
}
