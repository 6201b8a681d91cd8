const LONGEST = 1_024
const DRIVE = /^[A-Za-z]:/
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not stand in a name
const CONTROL = /[\u0000-\u001f\u007f]/

/** What is wrong with an entry's name: it must be a path below a folder, with slashes; undefined where nothing is. Nobody uses it as one all the same. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > LONGEST) return `it has more than ${LONGEST} characters`
  if (CONTROL.test(name)) return 'it has control characters'
  if (name.includes('\\')) return 'it has a backslash'
  if (name.startsWith('/') || DRIVE.test(name)) return 'it is absolute'
  return name.split('/').includes('..') ? 'it leads out of its folder' : undefined
}
