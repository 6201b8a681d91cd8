const FIRST = /^[A-Za-z_]/

/** A name of XML without a colon, from any text, and without a dot, which parts the names in rules; `otherwise` where nothing of it is left. */
export function xmlName(text: string, otherwise: string): string {
  const bare = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  if (bare === '') return otherwise
  return FIRST.test(bare) ? bare : `_${bare}`
}

/** Gives each wanted name, with a number behind it where it is taken. */
export function createXmlNames(): (wanted: string) => string {
  const taken = new Set<string>()
  return wanted => {
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`
    taken.add(name)
    return name
  }
}

/** `not found` is `NotFound`. */
export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
