/** A plain object of the config. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether a value is a plain object: neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object, or an empty one where the value is something else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** The list, or an empty one where the value is something else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The list, or a list of the one value; empty where there is none. */
export function oneOrMore(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** The text, or undefined where the value is something else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** An object without a prototype, so that no name of the config meets one of JavaScript's (`constructor`). */
export function named<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const result: Record<string, T> = Object.create(null)
  for (const [name, value] of entries) result[name] = value
  return result
}

/** `{ name: value }` where there is a value, else nothing: for optional properties. */
export function given<K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } {
  const result: { [N in K]?: V } = {}
  if (value !== undefined) result[name] = value
  return result
}

/** One text for a path, to look it up by. */
export function pathKey(path: readonly (string | number)[]): string {
  return JSON.stringify(path)
}
