import { writeJsonText } from '../transformers/json/codec.ts'
import { isExactNumber } from '../transformers/json/exact-number.ts'

const WIDTH = 100

/** A value as JSON for people: what fits on a line stands on one, numbers keep their exact text. */
export function prettyJson(value: unknown, margin = ''): string {
  const line = writeJsonText(value)
  if (line.length + margin.length <= WIDTH || typeof value !== 'object' || value === null || isExactNumber(value))
    return spaced(value, line)
  const inner = `${margin}  `
  const items = Array.isArray(value)
    ? value.map(item => prettyJson(item, inner))
    : Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [`${JSON.stringify(name)}: ${prettyJson(item, inner)}`]))
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${items.map(item => inner + item).join(',\n')}\n${margin}${close}`
}

/** A line with a space behind each colon and comma. */
function spaced(value: unknown, line: string): string {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return line
  if (Array.isArray(value)) return `[${value.map(item => spaced(item, writeJsonText(item ?? null))).join(', ')}]`
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  if (members.length === 0) return '{}'
  return `{ ${members.map(([name, item]) => `${JSON.stringify(name)}: ${spaced(item, writeJsonText(item))}`).join(', ')} }`
}
