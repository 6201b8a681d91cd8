import { attribute, childElements, readDocument, type XmlElement } from '../xml/document.ts'
import { XSD } from '../xml/events.ts'
import { inEcmaScript } from '../xsd/values/patterns.ts'
import { isLinear } from './patterns.ts'

// libxml2 runs patterns by trying one way after another. Where there are few, a value costs no time; where they grow with the value, a few
// kilobytes of it cost a tenth of a second, and a document may hold thousands of such values.

/** So many ways to read a text are tried in no time. */
const MOST_WAYS = 1_000
const CLASS = /\[(?:\\.|[^\\[\]]|\[(?:\\.|[^\\[\]])*\])*\]/y
const ESCAPE = /\\(?:[pP]\{[^}]*\}|.)/suy
const QUANTIFIER = /[*+?]|\{(\d*)(,?)(\d*)\}/y

/** True where one of the schema files has a pattern for which a sender could choose a value that takes long. */
export function hasSlowPattern(files: readonly Uint8Array[]): boolean {
  return files.some(bytes => patternsIn(bytes).some(isSlow))
}

/** libxml2 takes some documents that our reader does not; of these nothing is known. */
function patternsIn(bytes: Uint8Array): readonly string[] {
  try {
    return patternsOf(readDocument(bytes))
  } catch {
    return ['(.*)*']
  }
}

function patternsOf(element: XmlElement): readonly string[] {
  const own = element.ns === XSD && element.local === 'pattern' ? [attribute(element, 'value') ?? ''] : []
  return [...own, ...childElements(element).flatMap(patternsOf)]
}

/** False for a pattern (XML Schema Datatypes, appendix F) that has few ways to read any text, or where each character leaves but one; true for all others. */
export function isSlow(pattern: string): boolean {
  const reading = { pattern, at: 0 }
  const ways = alternatives(reading)
  return !(reading.at === pattern.length && ways <= MOST_WAYS) && !isOneWay(pattern)
}

function isOneWay(pattern: string): boolean {
  try {
    return isLinear(inEcmaScript(pattern))
  } catch {
    return false
  }
}

interface Reading {
  readonly pattern: string
  at: number
}

function alternatives(reading: Reading): number {
  let sum = sequence(reading)
  while (reading.pattern[reading.at] === '|') {
    reading.at++
    sum += sequence(reading)
  }
  return sum
}

function sequence(reading: Reading): number {
  const { pattern } = reading
  let product = 1
  while (reading.at < pattern.length && pattern[reading.at] !== '|' && pattern[reading.at] !== ')') {
    product *= repeated(particle(reading), reading)
  }
  return product
}

function particle(reading: Reading): number {
  const { pattern, at } = reading
  if (pattern[at] === '(') {
    reading.at++
    const ways = alternatives(reading)
    reading.at++
    return ways
  }
  const [text = ' '] = matchAt(CLASS, pattern, at) ?? matchAt(ESCAPE, pattern, at) ?? []
  reading.at += text.length
  return 1
}

/** The ways of what stands before a quantifier, with it. What repeats one character at the very end gives back each of them once. */
function repeated(ways: number, reading: Reading): number {
  const quantifier = matchAt(QUANTIFIER, reading.pattern, reading.at)
  if (!quantifier) return ways
  reading.at += quantifier[0].length
  const [text, least = '', comma = '', most = ''] = quantifier
  if (text === '?') return ways + 1
  if (text === '*' || text === '+' || (comma !== '' && most === '')) {
    return ways === 1 && reading.at === reading.pattern.length ? 1 : Number.POSITIVE_INFINITY
  }
  const to = Number(comma === '' ? least : most)
  return ways === 1 ? to - Number(least) + 1 : ways ** to * (to - Number(least) + 1)
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
