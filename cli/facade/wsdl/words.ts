const MOST_CHARACTERS = 60

/** The words of a name in small letters: `GetHTTPStatus_v2` is get, http, status, v2. */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

/** A name of the config, from any name: small letters, digits and dashes. `otherwise` where nothing of it is left. */
export function kebab(name: string, otherwise: string): string {
  return wordsOf(name).join('-').slice(0, MOST_CHARACTERS).replace(/-+$/, '') || otherwise
}

/** The name, with a number behind it where it is taken; the name that it gives is taken from then on. */
export function createNames(before: readonly string[] = []): (wanted: string) => string {
  const taken = new Set(before)
  return wanted => {
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`
    taken.add(name)
    return name
  }
}

/** One line of a longer text: its first sentence, where that is short enough for a line. */
export function sentence(text: string | undefined): string | undefined {
  const [first = ''] = (text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.!?]) /)
  const bare = first.replace(/[.!]$/, '')
  if (bare === '') return undefined
  return bare.length > 120 ? `${bare.slice(0, 117).trimEnd()}...` : bare
}
