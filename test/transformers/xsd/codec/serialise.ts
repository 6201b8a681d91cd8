import { XSI } from '../../../../transformers/xml/events.ts'
import { escapeAttribute, escapeText } from '../../../../transformers/xml/writer.ts'
import type { SimpleType } from '../../../../transformers/xsd/model.ts'
import type { RandomAttribute, RandomElement } from './generate.ts'
import type { Random } from './random.ts'
import type { QualifiedName } from './texts.ts'

type Scope = ReadonlyMap<string, string>

/** How a document is written: the choices that mean nothing. */
export interface Style {
  /** Of a namespace. */
  prefix(ns: string): string
  /** Elements of namespaces without prefixes. */
  readonly usesDefault: boolean
  text(text: string, type: SimpleType | undefined): string
  between(): string
}

const FOREIGN: Readonly<Record<string, string>> = {
  'urn:elsewhere': 'q1',
  'urn:fixtures:other': 'oth',
  'urn:fixtures:elsewhere': 'far',
  'urn:inner': 'inn',
}

/** As the codec writes: prefixes of the schema's own, texts in their normal form. */
export function normalStyle(prefixes: Readonly<Record<string, string>>): Style {
  return {
    prefix: ns => prefixes[ns] ?? FOREIGN[ns] ?? 'xsi',
    usesDefault: false,
    text: (text, type) => escapeText(normal(text, type)),
    between: () => '',
  }
}

/** Other prefixes, CDATA, references, comments, white space, 1 for true. */
export function wildStyle(random: Random): Style {
  const names = new Map<string, string>()
  const prefix = (ns: string): string => {
    const name = FOREIGN[ns] ?? names.get(ns) ?? `w${names.size}`
    names.set(ns, name)
    return name
  }
  return {
    prefix,
    usesDefault: random.chance(0.5),
    between: () => random.pick(['', '', '\n  ', '<!-- between -->', '<?pi data?>']),
    text(text, type) {
      const padded = type && type.variety !== 'union' && type.facets.whiteSpace === 'collapse' && random.chance(0.2) ? `\n ${text} ` : text
      if (random.chance(0.2) && !/[\r]|]]>/.test(padded)) return `<![CDATA[${padded}]]>`
      if (random.chance(0.2) && padded.length > 2 && padded.charCodeAt(0) < 0xd800) {
        return `${escapeText(padded.slice(0, 1))}<!-- inside -->${escapeText(padded.slice(1))}`
      }
      return random.chance(0.2) && !/[<>&\r]/.test(padded)
        ? padded.replace(/[0-9]/g, digit => `&#${digit.charCodeAt(0)};`)
        : escapeText(padded)
    },
  }
}

/** The element as a document. */
export function serialise(element: RandomElement, style: Style): string {
  return write(element, style, new Map([['', '']]), false)
}

function write(element: RandomElement, style: Style, outer: Scope, isForeign: boolean): string {
  const { ns, local, attributes, children } = element
  const scope = new Map(outer)
  const declared: string[] = []
  const declare = (prefix: string, uri: string): void => {
    if ((scope.get(prefix) ?? undefined) === uri) return
    scope.set(prefix, uri)
    declared.push(` xmlns${prefix && `:${prefix}`}="${escapeAttribute(uri)}"`)
  }
  const foreign = isForeign || ns in FOREIGN || (ns === '' && local === 'foreign')
  const hasNames = [...children, ...attributes.map(({ value }) => value)].some(isName)
  const isBare = ns === '' || (style.usesDefault && !foreign && !hasNames)
  if (isBare || hasNames) declare('', hasNames ? '' : ns)
  const prefixOf = (uri: string): string => {
    const prefix = style.prefix(uri)
    declare(prefix, uri)
    return `${prefix}:`
  }
  const name = isBare ? local : `${prefixOf(ns)}${local}`
  const nameText = ({ ns: uri, local: part }: QualifiedName): string => (uri === '' ? part : `${prefixOf(uri)}${part}`)
  const attributeText = ({ ns: uri, local: part, value, type }: RandomAttribute): string => {
    const tag = uri === '' ? part : `${uri === XSI ? xsi(declare) : prefixOf(uri)}${part}`
    return ` ${tag}="${escapeAttribute(typeof value === 'string' ? normal(value, type) : nameText(value))}"`
  }
  const written = attributes.map(attributeText).join('')
  const names = children.map(child => (isName(child) ? nameText(child) : child))
  const gap = (): string => (element.spaced && !foreign ? style.between() : '')
  const text = (child: string): string => (foreign ? escapeText(child) : style.text(child, element.text))
  const content =
    names.map(child => gap() + (typeof child === 'string' ? text(child) : write(child, style, scope, foreign))).join('') + gap()
  return content === '' ? `<${name}${declared.join('')}${written}/>` : `<${name}${declared.join('')}${written}>${content}</${name}>`
}

function xsi(declare: (prefix: string, uri: string) => void): string {
  declare('xsi', XSI)
  return 'xsi:'
}

function isName(value: RandomElement | string | QualifiedName): value is QualifiedName {
  return typeof value !== 'string' && !('children' in value)
}

function normal(text: string, type: SimpleType | undefined): string {
  if (type?.primitive !== 'boolean') return text
  return text === '1' || text === 'true' ? 'true' : 'false'
}
