/** What both kinds of expressions say in the same words, between the anchors that XSD implies. */
const SAME =
  /^(?:[A-Za-z0-9 _,:;=@#%!~'"<>&/-]|[*+?.{}()|]|\\[dw.\\\-+*?{}()|[\]/^$]|\[\^?(?:[A-Za-z0-9 _,:;=@#%!~'".+*?()/&<>-]|\\[dw.\\\-[\]/])+\])*$/

/** The pattern of XSD that means the same as one of JSON Schema (ECMA-262); undefined where it is not certain that there is one. */
export function xsdPattern(pattern: string): string | undefined {
  const [, start = '', inner = '', end = ''] = /^(\^?)(.*?)((?<!\\)\$)?$/s.exec(pattern) ?? []
  const bare = inner.replaceAll('(?:', '(')
  // A branch at the outside has anchors of its own.
  const shape = bare.replaceAll(/\\.|\[[^\]]*\]/g, '_')
  // Looking around, names, and quantifiers that are lazy are of ECMA-262 only.
  if (!SAME.test(bare) || /\(\?|[*+?}][?+*]/.test(shape) || hasOuterBranch(shape)) return undefined
  try {
    // `\w` is more in XSD than the ASCII that it is in JSON Schema.
    const made = `${start ? '' : '.*'}${bare.replaceAll(/\[[^\]]*\]|\\w/g, part => (part === '\\w' ? '[A-Za-z0-9_]' : part.replaceAll('\\w', 'A-Za-z0-9_')))}${end ? '' : '.*'}`
    return new RegExp(`^(?:${made})$`, 'u') && digits(made)
  } catch {
    return undefined
  }
}

function digits(pattern: string): string {
  return pattern.replaceAll(/\[[^\]]*\]|\\d/g, part => (part === '\\d' ? '[0-9]' : part.replaceAll('\\d', '0-9')))
}

/** `shape`: the pattern with all escapes and classes as one character. */
function hasOuterBranch(shape: string): boolean {
  let depth = 0
  for (const character of shape) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === '|' && depth === 0) return true
  }
  return false
}
