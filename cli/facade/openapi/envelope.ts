import type { Operation } from './operation.ts'
import { attribute } from './scalars.ts'
import type { Json, Shape } from './shape.ts'
import { requestChildren } from './xsd.ts'

/** A request as a SOAP 1.1 envelope. */
export function envelopeText(operation: Operation, namespace: string, body: Readonly<Record<string, Json>>): string {
  const children = requestChildren(operation).flatMap(({ name, shape }) => elementText(name, shape, body[name]))
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">',
    '  <soap:Body>',
    `    <${operation.name} xmlns="${attribute(namespace)}">`,
    ...children.map(line => `      ${line}`),
    `    </${operation.name}>`,
    '  </soap:Body>',
    '</soap:Envelope>',
  ].join('\n')}\n`
}

function elementText(name: string, shape: Shape, value: Json | undefined): readonly string[] {
  if (value === undefined) return []
  if (shape.kind === 'list' && Array.isArray(value)) return value.flatMap(item => itemText(name, shape.items, item))
  return itemText(name, shape, value)
}

function itemText(name: string, shape: Shape, value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`<${name}>${attribute(String(value))}</${name}>`]
  const members = new Map(Object.entries(value))
  const inner = childrenOf(shape).flatMap(([child, of]) => elementText(child, of, members.get(child)))
  return inner.length === 0 ? [`<${name}/>`] : [`<${name}>`, ...inner.map(line => `  ${line}`), `</${name}>`]
}

function childrenOf(shape: Shape): readonly (readonly [string, Shape])[] {
  if (shape.kind === 'object') return shape.members.map(({ xml, shape: of }) => [xml, of] as const)
  if (shape.kind === 'choice') return shape.branches.map(({ xml, shape: of }) => [xml, of] as const)
  return shape.kind === 'list' ? [['item', shape]] : []
}
