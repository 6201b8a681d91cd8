/** A text as a YAML scalar that fits in flow and block alike: bare where that is safe, else in quotes. */
export function scalar(text: string): string {
  return BARE.test(text) && !RESERVED.test(text) ? text : quoted(text)
}

/** A text that stands alone on its line behind a key: commas and brackets mean nothing there. */
export function line(text: string): string {
  return BARE.test(text.slice(0, 1) + text.slice(1).replace(/[,[\]{}]/g, '')) && !RESERVED.test(text) ? text : quoted(text)
}

const BARE = /^[A-Za-z_/](?:[\w ./()+;*=<>&|@'"-]|:(?=[\w/]))*(?<! )$/
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i

/** A value on one line, as people write it in YAML: `{ sku: A-1, lines: [{ quantity: 2 }] }`. Numbers keep their text. */
export function flow(value: unknown): string {
  if (typeof value === 'string') return scalar(value)
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (isRecord(value)) {
    const members = Object.entries(value).map(([name, item]) => `${key(name)}: ${flow(item)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  return String(value)
}

/** A text that a key may be. */
export function key(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) && !RESERVED.test(name) ? name : quoted(name)
}

function quoted(text: string): string {
  // Only double quotes can say what is no plain line.
  return /[\p{Cc}\u2028\u2029\ufeff]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
