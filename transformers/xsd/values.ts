import type { Pattern } from '../validate/patterns.ts'
import type { Facets, SimpleType } from './model.ts'
import { isLexical } from './values/lexical.ts'
import { compareValues, withoutZeros } from './values/order.ts'
import { xsdPattern } from './values/patterns.ts'

/** Why a text is none of the type, in words; undefined where it is one. */
export type SimpleCheck = (text: string) => string | undefined

const checks = new WeakMap<SimpleType, SimpleCheck>()
const MOST_LISTED = 10

/** Checks the lexical form and all facets of a simple type (Datatypes, 4.3); compiled once a type. White space is treated as the type says. */
export function createSimpleValue(type: SimpleType): SimpleCheck {
  const known = checks.get(type)
  if (known) return known
  const made = compile(type)
  checks.set(type, made)
  return made
}

function compile(type: SimpleType): SimpleCheck {
  const facets = facetChecks(type)
  if (type.variety === 'union') return unionCheck(type, facets)
  const normalise = normaliser(type.facets.whiteSpace)
  const form = formCheck(type)
  return raw => {
    const text = normalise(raw)
    return form(text) ?? firstFault(facets, text)
  }
}

function firstFault(checks: readonly SimpleCheck[], text: string): string | undefined {
  for (const check of checks) {
    const fault = check(text)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** White space is treated as the first member type has it that the text fits (Datatypes, 4.3.6). */
function unionCheck({ members = [] }: SimpleType, facets: readonly SimpleCheck[]): SimpleCheck {
  const all = members.map(member => ({ check: createSimpleValue(member), normalise: normaliser(member.facets.whiteSpace) }))
  return raw => {
    const member = all.find(({ check }) => check(raw) === undefined)
    return member ? firstFault(facets, member.normalise(raw)) : `${quoted(raw)} is none of the types of the union`
  }
}

function normaliser(whiteSpace: Facets['whiteSpace']): (text: string) => string {
  if (whiteSpace === 'preserve') return text => text
  if (whiteSpace === 'replace') return text => text.replace(/[\t\n\r]/g, ' ')
  return text => (/[\t\n\r]|^ | $| {2}/.test(text) ? text.replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, '') : text)
}

function formCheck({ variety, builtin, primitive, item }: SimpleType): SimpleCheck {
  if (variety === 'list') {
    const check = item && createSimpleValue(item)
    return text => (check && text !== '' ? firstWrong(text.split(' '), check) : undefined)
  }
  return text => (isLexical(text, builtin, primitive) ? undefined : `${quoted(text)} is no ${builtin}`)
}

function firstWrong(words: readonly string[], check: SimpleCheck): string | undefined {
  for (const word of words) {
    const fault = check(word)
    if (fault !== undefined) return fault
  }
  return undefined
}

function facetChecks(type: SimpleType): readonly SimpleCheck[] {
  const { facets } = type
  return [...patternChecks(facets), ...enumerationCheck(type), ...lengthChecks(type), ...boundChecks(type), ...digitChecks(facets)]
}

function patternChecks({ patterns = [] }: Facets): SimpleCheck[] {
  return patterns.map(step => {
    const any: readonly Pattern[] = step.map(xsdPattern)
    return text => (any.some(one => one.test(text)) ? undefined : `${quoted(text)} does not match the pattern ${step.join(' or ')}`)
  })
}

function enumerationCheck(type: SimpleType): SimpleCheck[] {
  const { enumeration } = type.facets
  if (!enumeration) return []
  const normalise = normaliser(type.facets.whiteSpace)
  const allowed = new Set(enumeration.map(normalise))
  const isSame = sameness(type)
  const more = enumeration.length > MOST_LISTED ? ` and ${enumeration.length - MOST_LISTED} more` : ''
  return [
    text => {
      if (allowed.has(text) || (isSame && enumeration.some(one => isSame(normalise(one), text)))) return undefined
      return `${quoted(text)} is not one of ${enumeration.slice(0, MOST_LISTED).join(', ')}${more}`
    },
  ]
}

type Sameness = (a: string, b: string) => boolean

/** Whether two texts are one value, where that may be although they differ; undefined for types of which each text is a value of its own. */
function sameness(type: SimpleType): Sameness | undefined {
  const { variety, primitive, item, members = [] } = type
  if (variety === 'list') return item && sameItems(sameness(item))
  if (variety === 'union') return (a, b) => isSameOfUnion(a, b, members)
  if (primitive === 'QName' || primitive === 'NOTATION') return isSameName
  if (primitive === 'hexBinary') return (a, b) => a.toLowerCase() === b.toLowerCase()
  if (primitive === 'base64Binary') return (a, b) => a.replaceAll(' ', '') === b.replaceAll(' ', '')
  const compare = compareValues(type)
  return compare && ((a, b) => compare(a, b) === 0)
}

function sameItems(isSame: Sameness | undefined): Sameness | undefined {
  if (!isSame) return undefined
  return (a, b) => {
    const [left, right] = [wordsOf(a), wordsOf(b)]
    return left.length === right.length && left.every((word, at) => word === right[at] || isSame(word, right[at] ?? ''))
  }
}

function isSameOfUnion(a: string, b: string, members: readonly SimpleType[]): boolean {
  const fitting = (text: string): SimpleType | undefined => members.find(one => createSimpleValue(one)(text) === undefined)
  const member = fitting(a)
  if (!member || member !== fitting(b)) return false
  const normalise = normaliser(member.facets.whiteSpace)
  return normalise(a) === normalise(b) || sameness(member)?.(normalise(a), normalise(b)) === true
}

/** The enumeration has `{namespace}local`; where the text has a prefix still, only the rest can be compared. */
function isSameName(enumerated: string, text: string): boolean {
  return !text.startsWith('{') && enumerated.replace(/^\{[^}]*\}/, '') === text.slice(text.indexOf(':') + 1)
}

function lengthChecks({ facets, variety, primitive }: SimpleType): SimpleCheck[] {
  const { length } = facets
  const minLength = length ?? facets.minLength
  const maxLength = length ?? facets.maxLength
  if (minLength === undefined && maxLength === undefined) return []
  // They are not measured (XML Schema 1.1 deprecates it): the length of a prefix says nothing.
  if (primitive === 'QName' || primitive === 'NOTATION') return []
  const unit = variety === 'list' ? 'items' : primitive === 'hexBinary' || primitive === 'base64Binary' ? 'bytes' : 'characters'
  const count = counter(variety, primitive)
  return [
    text => {
      const found = count(text)
      if (minLength !== undefined && found < minLength) return `${quoted(text)} has ${found} ${unit}; at least ${minLength} are needed`
      if (maxLength !== undefined && found > maxLength) return `${quoted(text)} has ${found} ${unit}; at most ${maxLength} are allowed`
      return undefined
    },
  ]
}

function counter(variety: SimpleType['variety'], primitive: string): (text: string) => number {
  if (variety === 'list') return text => wordsOf(text).length
  if (primitive === 'hexBinary') return text => text.length / 2
  if (primitive === 'base64Binary') return text => Buffer.byteLength(text.replaceAll(' ', ''), 'base64')
  // Characters, not UTF-16 units.
  return text => {
    let count = text.length
    for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
    return count
  }
}

const BOUNDS: readonly (readonly [keyof Facets, (order: number) => boolean, string])[] = [
  ['minInclusive', order => order >= 0, 'at least'],
  ['maxInclusive', order => order <= 0, 'at most'],
  ['minExclusive', order => order > 0, 'above'],
  ['maxExclusive', order => order < 0, 'below'],
]

function boundChecks(type: SimpleType): SimpleCheck[] {
  const compare = compareValues(type)
  if (!compare) return []
  return BOUNDS.flatMap(([name, holds, words]) => {
    const bound = type.facets[name]
    if (typeof bound !== 'string') return []
    return [(text: string) => (holds(compare(text, bound)) ? undefined : `${quoted(text)} is not ${words} ${bound}`)]
  })
}

function digitChecks({ totalDigits, fractionDigits }: Facets): SimpleCheck[] {
  if (totalDigits === undefined && fractionDigits === undefined) return []
  return [
    text => {
      const [whole = '', fraction = ''] = text.replace(/^[+-]?0*/, '').split('.', 2)
      const bare = withoutZeros(fraction)
      if (fractionDigits !== undefined && bare.length > fractionDigits)
        return `${quoted(text)} has more than ${fractionDigits} digits after the point`
      if (totalDigits !== undefined && whole.length + bare.length > totalDigits)
        return `${quoted(text)} has more than ${totalDigits} digits`
      return undefined
    },
  ]
}

function wordsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ')
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}
