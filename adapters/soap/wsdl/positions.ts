import type { XmlElement } from '../../../transformers/xml/document.ts'
import type { XmlPlace } from '../../../transformers/xml/events.ts'

/** A stretch of a text: from `start` up to `end`. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Finds in a document's text what was read from it. */
export interface Positions {
  offset(place: XmlPlace): number
  /** The value of an attribute of that local name without a namespace, between its quotes; undefined where the tag has none. */
  value(element: XmlElement, local: string): Stretch | undefined
  /** Where the element's tag ends: at its `>` or `/>`. */
  tagEnd(element: XmlElement): number
  /** The element from its first `<` to its last `>`. */
  whole(element: XmlElement): Stretch
}

/** Positions in a text that is well-formed. */
export function createPositions(text: string): Positions {
  const starts = [0]
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n?|\n/g)) starts.push(index + lineBreak.length)
  const offset = ({ line, column }: XmlPlace) => (starts[line - 1] ?? text.length) + column - 1
  return {
    offset,
    value: (element, local) => attributeValue(text, offset(element.place), local),
    tagEnd: element => endOfTag(text, offset(element.place)),
    whole: element => wholeElement(text, offset(element.place)),
  }
}

/** Comments, CDATA and instructions; else a tag, with what makes it an end tag or an empty one. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)[^\s/>!?]+(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(\/?)>/g

function endOfTag(text: string, start: number): number {
  const markup = new RegExp(MARKUP)
  markup.lastIndex = start
  const empty = markup.exec(text)?.[2] === '/'
  return markup.lastIndex - (empty ? 2 : 1)
}

function wholeElement(text: string, start: number): Stretch {
  const markup = new RegExp(MARKUP)
  markup.lastIndex = start
  let depth = 0
  for (let found = markup.exec(text); found; found = markup.exec(text)) {
    const [, end, empty] = found
    if (end === '/') depth--
    else if (end === '' && empty === '') depth++
    if (depth === 0) return { start, end: markup.lastIndex }
  }
  return { start, end: text.length }
}

/** Walks the attributes of the tag that begins there: a `>` may stand in a value before. */
function attributeValue(text: string, tag: number, local: string): Stretch | undefined {
  const name = /<[^\s/>]+/y
  name.lastIndex = tag
  if (!name.test(text)) return undefined
  const attribute = /\s+([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y
  attribute.lastIndex = name.lastIndex
  for (let found = attribute.exec(text); found; found = attribute.exec(text)) {
    const value = found[2] ?? found[3] ?? ''
    const end = attribute.lastIndex - 1
    if (found[1] === local) return { start: end - value.length, end }
  }
  return undefined
}
