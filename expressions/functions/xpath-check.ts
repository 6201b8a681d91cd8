import { suggestion } from '../../config/faults.ts'
import { xpathFault } from '../../transformers/libxml2/xpath.ts'

/** XPath 1.0, section 4. */
const FUNCTIONS = new Set(
  'last position count id local-name namespace-uri name string concat starts-with contains substring-before substring-after substring string-length normalize-space translate boolean not true false lang number sum floor ceiling round'.split(
    ' ',
  ),
)
const NODE_TESTS = new Set(['comment', 'text', 'processing-instruction', 'node'])
const LITERAL = /"[^"]*"|'[^']*'/g
const CALL = /([\p{L}_][\p{L}\p{N}._:-]*)\s*\(/gu
const PREFIX = /([\p{L}_][\p{L}\p{N}._-]*):(?=[\p{L}_*])/gu
const MAX_LENGTH = 1_000

/** What is wrong with an XPath that is written out; `namespaces` where those are too. */
export function checkXPath(text: string, namespaces: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (text.length > MAX_LENGTH) return `xpath(): an XPath has at most ${MAX_LENGTH} characters, saw ${text.length}`
  const syntax = xpathFault(text)
  const plain = text.replace(LITERAL, '""')
  const wrong = syntax === undefined ? (functionFault(plain) ?? prefixFault(plain, namespaces)) : `it does not parse (${syntax})`
  return wrong && `xpath(): ${JSON.stringify(text.slice(0, 80))} is no XPath 1.0 that can be used: ${wrong}`
}

function functionFault(text: string): string | undefined {
  if (text.includes('$')) return 'there are no variables in it; join texts with + instead'
  for (const [, name = ''] of text.matchAll(CALL)) {
    const called = name.replace(/^.*::/, '')
    if (!FUNCTIONS.has(called) && !NODE_TESTS.has(called) && !['and', 'or', 'div', 'mod'].includes(called))
      return `unknown function "${called}"${suggestion(called, [...FUNCTIONS])}`
  }
  return undefined
}

function prefixFault(text: string, namespaces: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (!namespaces) return undefined
  for (const [, prefix = ''] of text.matchAll(PREFIX)) {
    if (prefix !== 'xml' && !Object.hasOwn(namespaces, prefix))
      return `the prefix "${prefix}" has no namespace; name it as the last argument: {"${prefix}": "urn:..."}`
  }
  return undefined
}
