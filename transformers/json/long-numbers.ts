import { ExactNumber, exactOrNumber } from './exact-number.ts'
import { MARK } from './marks.ts'

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/** Well-formed JSON with each number that a double would bend as a marked string; undefined where there is none. */
export function markLongNumbers(text: string): string | undefined {
  let marked = false
  const result = text.replace(TOKEN, token => {
    if (token.startsWith('"') || !isLong(token) || typeof exactOrNumber(token) === 'number') return token
    marked = true
    return `"${MARK}${token}"`
  })
  return marked ? result : undefined
}

function isLong(token: string): boolean {
  return token.length > 15 || /[eE]/.test(token)
}

/** Puts ExactNumbers in the place of marked strings, in the value itself. */
export function unmark(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = unmark(item)
  } else if (typeof value === 'object' && value !== null) unmarkMembers(value)
  return value
}

/** Defines instead of assigning where the name is __proto__: assigning would change what the object is. */
function unmarkMembers(object: object): void {
  for (const [name, item] of Object.entries(object)) {
    const value = unmark(item)
    if (value !== item) Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  }
}
