import type { SourceBinding } from '../../adapters/adapter.ts'

/** A source of this name, and a route for it. */
export function bindingOf(name: string): SourceBinding {
  const source = { adapter: 'file', name, options: {}, keys: {}, formats: [], transform: [], path: [] }
  const to = { kind: 'none', because: 'nobody routes here', path: [] } as const
  return { index: 0, source, route: { name: 'files', from: [source], transform: [], to, faults: [], path: [] } }
}
