import type { XmlName } from '../../transformers/xml/events.ts'

// Looks at an envelope's outermost tags without reading what is inside them: what is cut out is read strictly by whoever asks for it.

/** Namespaces by prefix; '' is the default. */
export type Scope = Readonly<Record<string, string>>

/** A start tag in a text. */
export interface StartTag extends XmlName {
  /** As written, with its prefix. */
  readonly name: string
  readonly declares: Scope
  readonly empty: boolean
  /** Of its < and of what follows its >. */
  readonly start: number
  readonly end: number
}

const NAME = /<([^\s/><!?=&'"]+)/y
const ATTRIBUTE = /\s+([^\s/><=&'"]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const END = /\s*(\/?)>/y

/** The start tag at this place; undefined where none stands there, or one with an undeclared prefix. */
export function startTagAt(text: string, start: number, scope: Scope): StartTag | undefined {
  const [opening, name] = match(NAME, text, start)
  if (opening === undefined || name === undefined) return undefined
  const declares: Record<string, string> = Object.create(null)
  let at = start + opening.length
  for (;;) {
    const [attribute, key = '', double, single = ''] = match(ATTRIBUTE, text, at)
    if (attribute === undefined) break
    if (key === 'xmlns') declares[''] = unescaped(double ?? single)
    else if (key.startsWith('xmlns:')) declares[key.slice(6)] = unescaped(double ?? single)
    at += attribute.length
  }
  const [closing, slash] = match(END, text, at)
  if (closing === undefined) return undefined
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  const ns = declares[prefix] ?? scope[prefix] ?? (colon < 0 ? '' : undefined)
  return ns === undefined
    ? undefined
    : { ns, local: name.slice(colon + 1), name, declares, empty: slash === '/', start, end: at + closing.length }
}

function match(pattern: RegExp, text: string, at: number): readonly (string | undefined)[] {
  pattern.lastIndex = at
  return pattern.exec(text) ?? []
}

function unescaped(value: string): string {
  return value.includes('&') ? value.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&') : value
}

const BETWEEN = /\s*(?:<!--[\s\S]*?-->\s*|<\?[\s\S]*?\?>\s*)*/y

/** The place after white space, comments and instructions. */
export function afterMisc(text: string, at: number): number {
  return at + (match(BETWEEN, text, at)[0]?.length ?? 0)
}

/** The place after the element that this tag starts; undefined where it does not end. */
export function afterElement(text: string, { empty, end }: StartTag): number | undefined {
  let depth = empty ? 0 : 1
  let at: number | undefined = end
  while (depth > 0 && at !== undefined) {
    const next: number = text.indexOf('<', at)
    if (next < 0) return undefined
    at = afterMarkup(text, next)
    if (at === undefined) return undefined
    const kind = text[next + 1]
    if (kind === '/') depth--
    else if (kind !== '!' && kind !== '?' && text[at - 2] !== '/') depth++
  }
  return at
}

function afterMarkup(text: string, at: number): number | undefined {
  if (text.startsWith('<!--', at)) return after(text, '-->', at + 4)
  if (text.startsWith('<![CDATA[', at)) return after(text, ']]>', at + 9)
  if (text.startsWith('<?', at)) return after(text, '?>', at + 2)
  return afterTag(text, at + 1)
}

// A > may stand in the value of an attribute.
function afterTag(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '>') return at + 1
    if (character !== '"' && character !== "'") continue
    at = text.indexOf(character, at + 1)
    if (at < 0) return undefined
  }
  return undefined
}

function after(text: string, what: string, from: number): number | undefined {
  const at = text.indexOf(what, from)
  return at < 0 ? undefined : at + what.length
}
