import type { Part } from './shape.ts'

/** A body of the SOAP side as REST has it: what the rules of an answer make of it. */
export function toRest(part: Part, value: unknown): unknown {
  if (part.kind === 'list') return Array.isArray(value) ? value.map(item => toRest(part.item, item)) : value
  if (part.kind !== 'object' || !isRecord(value)) return value
  const [only] = part.fields
  if (only && only.rest === undefined) return toRest(only.part, value[only.xml])
  const fields = part.fields.filter(({ xml }) => Object.hasOwn(value, xml))
  return Object.fromEntries(fields.map(({ xml, rest, part: inner }) => [rest ?? xml, toRest(inner, value[xml])]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
