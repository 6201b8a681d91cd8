import { Decimal } from 'decimal.js'
import type { Pattern } from '../validate/patterns.ts'
import type { Facets, SimpleType } from './model.ts'
import { isLexical } from './values/lexical.ts'
import { xsdPattern } from './values/patterns.ts'
import { compareTimes } from './values/times.ts'

/** Why a text is none of the type, in words; undefined where it is one. */
export type SimpleCheck = (text: string) => string | undefined

const Exact = Decimal.clone({ precision: 1_000, defaults: true })
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
  const normalise = normaliser(type.facets.whiteSpace)
  const form = formCheck(type)
  const facets = facetChecks(type)
  return raw => {
    const text = normalise(raw)
    const wrong = form(text)
    if (wrong !== undefined) return wrong
    for (const check of facets) {
      const fault = check(text)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

function normaliser(whiteSpace: Facets['whiteSpace']): (text: string) => string {
  if (whiteSpace === 'preserve') return text => text
  if (whiteSpace === 'replace') return text => text.replace(/[\t\n\r]/g, ' ')
  return text => (/[\t\n\r]|^ | $| {2}/.test(text) ? text.replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, '') : text)
}

function formCheck(type: SimpleType): SimpleCheck {
  const { variety, builtin, primitive, item, members = [] } = type
  if (variety === 'list') {
    const check = item && createSimpleValue(item)
    return text =>
      wordsOf(text)
        .map(word => check?.(word))
        .find(fault => fault !== undefined)
  }
  if (variety === 'union') {
    const all = members.map(createSimpleValue)
    return text => (all.some(check => check(text) === undefined) ? undefined : `${quoted(text)} is none of the types of the union`)
  }
  return text => (isLexical(text, builtin, primitive) ? undefined : `${quoted(text)} is no ${builtin}`)
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
  const compare = comparison(type)
  const more = enumeration.length > MOST_LISTED ? ` and ${enumeration.length - MOST_LISTED} more` : ''
  return [
    text => {
      if (allowed.has(text) || (compare && enumeration.some(one => compare(one, text) === 0))) return undefined
      return `${quoted(text)} is not one of ${enumeration.slice(0, MOST_LISTED).join(', ')}${more}`
    },
  ]
}

function lengthChecks({ facets, variety, primitive }: SimpleType): SimpleCheck[] {
  const { length, minLength = length, maxLength = length } = facets
  if (minLength === undefined && maxLength === undefined) return []
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
  const compare = comparison(type)
  if (!compare) return []
  return BOUNDS.flatMap(([name, holds, words]) => {
    const bound = type.facets[name]
    if (typeof bound !== 'string') return []
    return [(text: string) => (holds(compare(text, bound)) ? undefined : `${quoted(text)} is not ${words} ${bound}`)]
  })
}

/** How two texts of the type are ordered; undefined for types without an order. */
function comparison({ primitive, variety }: SimpleType): ((a: string, b: string) => number) | undefined {
  if (variety !== 'atomic') return undefined
  if (primitive === 'decimal') return (a, b) => new Exact(decimalOf(a)).comparedTo(decimalOf(b))
  if (primitive === 'float' || primitive === 'double')
    return (a, b) => floatOf(a) - floatOf(b) || (floatOf(a) === floatOf(b) ? 0 : Number.NaN)
  return compareTimes(primitive)
}

// Decimal reads no bare point at the end.
function decimalOf(text: string): string {
  return text.replace(/\.$/, '').slice(0, 1_000)
}

function floatOf(text: string): number {
  return text.endsWith('INF') ? (text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number(text)
}

function digitChecks({ totalDigits, fractionDigits }: Facets): SimpleCheck[] {
  if (totalDigits === undefined && fractionDigits === undefined) return []
  return [
    text => {
      const [whole = '', fraction = ''] = text.replace(/^[+-]?0*/, '').split('.')
      const bare = fraction.replace(/0+$/, '')
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
