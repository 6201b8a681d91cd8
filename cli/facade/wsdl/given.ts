import { pathField } from './endpoint.ts'
import type { Operation } from './operation.ts'

/** What a caller gives in path and query. */
export interface Given {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/** The path and query of a plain request whose body, on the SOAP side, is this. */
export function givenOf({ plain = [], request }: Operation, body: unknown): Given {
  const values = new Map(isObject(body) && request.kind !== 'value' ? Object.entries(body) : [[request.name, body]])
  const given = plain.flatMap(({ name, xml }) => (values.get(xml) == null ? [] : [[name, String(values.get(xml))] as const]))
  const inPath = pathField(plain)
  return {
    path: Object.fromEntries(given.filter(([name]) => name === inPath)),
    query: Object.fromEntries(given.filter(([name]) => name !== inPath)),
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
