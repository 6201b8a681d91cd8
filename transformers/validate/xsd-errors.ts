/** What libxml2 said, in words for people, and the rule of the schema that it is about. */
export interface PlainError {
  readonly message: string
  readonly rule?: string
}

const MAX_TEXT = 300
const ABOUT = /^(?:Element|attribute decl\.|element decl\.) '([^']*)'(?:, attribute '([^']*)')?: (?:\[facet '(\w+)'\] )?/
const NOT_EXPECTED = /^This element is not expected\.(?: Expected is (?:one of )?\( (.*) \)\.)?/s
const INCOMPLETE = /^Missing child element\(s\)\.(?: Expected is (?:one of )?\( (.*) \)\.)?/s
const NO_VALUE = /^'(.*)' is not a valid value of (?:the|its) (.*?)\.?$/s
const REQUIRED = /^The attribute '(.*)' is required but missing\./s
const NOT_ALLOWED = /^The attribute '(.*)' is not allowed\./s

type Rewrite = readonly [pattern: RegExp, rule: string, text: (found: RegExpExecArray, name: string) => string]

const REWRITES: readonly Rewrite[] = [
  [/^No matching global (?:element )?declaration available.*/s, 'root', () => 'is no root element that the schema declares'],
  [NOT_EXPECTED, 'content', ([, names], name) => `is not expected here${expected(names, name)}`],
  [INCOMPLETE, 'content', ([, names], name) => `lacks a child element${expected(names, name)}`],
  [REQUIRED, 'required', ([, attribute = '']) => `the attribute ${local(attribute)} is required and missing`],
  [NOT_ALLOWED, 'attribute', ([, attribute = '']) => `the attribute ${local(attribute)} is not allowed`],
  [NO_VALUE, 'type', ([, value = '', type = '']) => `${JSON.stringify(clip(value))} is no valid value of the ${type.replaceAll("'", '')}`],
  [/^(Character content .*)$/s, 'text', ([, text = '']) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')],
  [/^(Duplicate key-sequence .*|No match found for key-sequence .*|Not all fields of key .*)$/s, 'unique', ([, text = '']) => text],
]

/** An error's text with names as people write them: namespaces stand only where they make the difference. */
export function plainMessage(text: string): PlainError {
  const line = text.trim()
  const [about = '', element = '', attribute, facet] = ABOUT.exec(line) ?? []
  const rest = line.slice(about.length)
  const name = attribute === undefined ? element : attribute
  for (const [pattern, rule, rewrite] of REWRITES) {
    const found = pattern.exec(rest)
    if (found) return { message: clip(`${nameOf(name, attribute, rule)}${rewrite(found, name)}`), rule }
  }
  return {
    message: clip(`${nameOf(name, attribute)}${rest.replace(/^The value /, 'the value ').replace(/\.$/, '')}`),
    ...(facet !== undefined && { rule: facet }),
  }
}

function nameOf(name: string, attribute: string | undefined, rule?: string): string {
  if (name === '') return ''
  const text = rule === 'root' ? name : local(name)
  return `${attribute === undefined ? '' : '@'}${text}${rule === 'content' || rule === 'root' ? ' ' : ': '}`
}

/** Where only the namespace is wrong, it is told. */
function expected(names: string | undefined, seen: string): string {
  if (names === undefined) return ''
  const all = names.split(/,\s*/)
  const sameLocal = all.some(name => local(name) === local(seen))
  return `; expected: ${all.map(name => (sameLocal ? name : local(name))).join(', ')}${sameLocal ? `, in that namespace (it has ${namespaceOf(seen)})` : ''}`
}

function local(name: string): string {
  return name.replace(/^\{[^}]*\}/, '')
}

function namespaceOf(name: string): string {
  return /^\{([^}]*)\}/.exec(name)?.[1] ?? 'none'
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}
