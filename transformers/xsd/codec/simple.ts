import { compare } from '../../json/exact-number.ts'
import type { SimpleType } from '../model.ts'
import { createSimpleValue } from '../values.ts'
import { anyOf, kindName, seen } from './faults.ts'
import { lexicalOf, numberOf } from './numbers.ts'
import { quickCheck } from './quick-check.ts'

/** What reading a simple value may ask for. */
export interface SimpleReading {
  resolve(prefix: string): string | undefined
  refuse(message: string): never
}

/** What writing a simple value may ask for. */
export interface SimpleWriting {
  /** The prefix of a namespace, declared for this place; '' is asked for no prefix. */
  prefixOf(ns: string): string
  refuse(message: string): never
}

/** A simple type: its texts as values of a body, and back. */
export interface SimpleCodec {
  readonly type: SimpleType
  /** Of the text as it stands; white space is treated as the type says. */
  read(text: string, reading: SimpleReading): unknown
  /** The text, not yet escaped. */
  write(value: unknown, writing: SimpleWriting): string
  /** Why the text is none of this type; undefined where it is one. */
  fault(text: string): string | undefined
}

const RUNS = /[\t\n\r ]+/g
const LINES = /[\t\n\r]/g
const SPACE = /[\t\n\r ]/

/** Compiles a simple type. */
export function createSimpleCodec(type: SimpleType): SimpleCodec {
  const { variety, primitive } = type
  const fault = faultOf(type)
  if (variety === 'list') return listCodec(type, fault)
  if (variety === 'union') return unionCodec(type, fault)
  if (primitive === 'decimal') return numberCodec(type, type.builtin === 'decimal' ? 'decimal' : 'integer', fault)
  if (primitive === 'float' || primitive === 'double') return numberCodec(type, 'float', fault)
  if (primitive === 'boolean') return booleanCodec(type, fault)
  return primitive === 'QName' || primitive === 'NOTATION' ? nameCodec(type, fault) : stringCodec(type, fault)
}

type Fault = (text: string) => string | undefined

function faultOf(type: SimpleType): Fault {
  const check = createSimpleValue(type)
  return text => check(text)
}

/** The text as the facet whiteSpace makes it (Datatypes, 4.3.6). */
function normaliser({ facets: { whiteSpace } }: SimpleType): (text: string) => string {
  if (whiteSpace === 'preserve') return text => text
  if (whiteSpace === 'replace') return text => (LINES.test(text) ? text.replace(LINES, ' ') : text)
  return collapse
}

function collapse(text: string): string {
  return SPACE.test(text) ? text.replace(RUNS, ' ').replace(/^ | $/g, '') : text
}

function stringCodec(type: SimpleType, fault: Fault): SimpleCodec {
  const normalise = normaliser(type)
  const unchecked = isUnbounded(type) && ['string', 'normalizedString', 'token', 'anySimpleType', 'anyURI'].includes(type.builtin)
  return {
    type,
    fault,
    read(raw, reading) {
      const text = normalise(raw)
      const wrong = unchecked ? undefined : fault(text)
      return wrong === undefined ? text : reading.refuse(wrong)
    },
    write(value, writing) {
      if (typeof value !== 'string') return writing.refuse(`is ${kindName(value)}; ${labelOf(type)} is written from a text`)
      const wrong = unchecked ? undefined : fault(normalise(value))
      return wrong === undefined ? value : writing.refuse(wrong)
    },
  }
}

function isUnbounded({ facets }: SimpleType): boolean {
  const { whiteSpace: _, ...others } = facets
  return Object.values(others).every(facet => facet === undefined)
}

function numberCodec(type: SimpleType, kind: 'decimal' | 'integer' | 'float', fault: Fault): SimpleCodec {
  const quick = quickCheck(type, kind)
  const check = (value: unknown, text: string): string | undefined => {
    if (typeof value === 'number' && quick(value, text)) return undefined
    return fault(text) ?? (value === undefined ? `${seen(text)} has too many digits; 1,000 are taken` : undefined)
  }
  return {
    type,
    fault,
    read(raw, reading) {
      const text = collapse(raw)
      if (kind === 'float' && SPECIAL.has(text)) return text
      const value = numberOf(text)
      const wrong = check(value, text)
      return wrong === undefined ? value : reading.refuse(wrong)
    },
    write(value, writing) {
      const text = lexicalOf(value, kind)
      if (text === undefined)
        return writing.refuse(`is ${kindName(value)}; ${labelOf(type)} is written from a number, or a text that is one`)
      if (typeof value === 'number' && quick(value, text)) return text
      const wrong = fault(collapse(text))
      return wrong === undefined ? text : writing.refuse(wrong)
    },
  }
}

const SPECIAL = new Set(['INF', '-INF', 'NaN'])

function booleanCodec(type: SimpleType, fault: Fault): SimpleCodec {
  return {
    type,
    fault,
    read(raw, reading) {
      const text = collapse(raw)
      const wrong = fault(text)
      return wrong === undefined ? text === 'true' || text === '1' : reading.refuse(wrong)
    },
    write(value, writing) {
      if (typeof value !== 'boolean') return writing.refuse(`is ${kindName(value)}; ${labelOf(type)} is written from true or false`)
      const wrong = fault(String(value))
      if (wrong === undefined) return String(value)
      const digit = value ? '1' : '0'
      return fault(digit) === undefined ? digit : writing.refuse(wrong)
    },
  }
}

const CLARK = /^(?:\{([^{}]*)\})?([^{}]+)$/

function nameCodec(type: SimpleType, fault: Fault): SimpleCodec {
  return {
    type,
    fault,
    read(raw, reading) {
      const text = collapse(raw)
      const colon = text.indexOf(':')
      const prefix = colon < 0 ? '' : text.slice(0, colon)
      const ns = reading.resolve(prefix)
      if (ns === undefined && prefix !== '') return reading.refuse(`the prefix of ${seen(text)} is not declared`)
      const wrong = fault(text)
      if (wrong !== undefined) return reading.refuse(wrong)
      return ns ? `{${ns}}${text.slice(colon + 1)}` : text
    },
    write(value, writing) {
      const [, ns = '', local] = (typeof value === 'string' && CLARK.exec(value)) || []
      if (local === undefined) return writing.refuse(`is ${kindName(value)}; ${labelOf(type)} is written from a name, {namespace}local`)
      const prefix = writing.prefixOf(ns)
      const text = prefix === '' ? local : `${prefix}:${local}`
      const wrong = fault(text)
      return wrong === undefined ? text : writing.refuse(wrong)
    },
  }
}

function listCodec(type: SimpleType, fault: Fault): SimpleCodec {
  const item = createSimpleCodec(type.item ?? type)
  return {
    type,
    fault,
    read(raw, reading) {
      const text = collapse(raw)
      const wrong = fault(text)
      if (wrong !== undefined) return reading.refuse(wrong)
      return text === '' ? [] : text.split(' ').map(one => item.read(one, reading))
    },
    write(value, writing) {
      if (!Array.isArray(value)) return writing.refuse(`is ${kindName(value)}; ${labelOf(type)} is written from a list`)
      const texts = value.map(one => item.write(one, writing))
      const broken = texts.find(text => text === '' || SPACE.test(text))
      if (broken !== undefined) return writing.refuse(`the item ${seen(broken)} is empty or has white space, which separates items`)
      const text = texts.join(' ')
      const wrong = fault(text)
      return wrong === undefined ? text : writing.refuse(wrong)
    },
  }
}

/** A value is of the first member type that it fits (Structures, 3.14.4). */
function unionCodec(type: SimpleType, fault: Fault): SimpleCodec {
  const members = (type.members ?? []).map(createSimpleCodec)
  const names = members.map(member => labelOf(member.type))
  return {
    type,
    fault,
    read(raw, reading) {
      const member = members.find(one => one.fault(normaliser(one.type)(raw)) === undefined)
      if (!member) return reading.refuse(`${seen(raw)} is none of ${anyOf(names)}`)
      const wrong = fault(normaliser(member.type)(raw))
      return wrong === undefined ? member.read(raw, reading) : reading.refuse(wrong)
    },
    write(value, writing) {
      for (const member of members) {
        const text = attempt(member, value, writing)
        if (text !== undefined && fault(text) === undefined) return text
      }
      return writing.refuse(`${kindName(value)} is none of ${anyOf(names)}`)
    },
  }
}

class NoMember extends Error {}

function attempt(member: SimpleCodec, value: unknown, writing: SimpleWriting): string | undefined {
  const refuse = (message: string): never => {
    throw new NoMember(message)
  }
  try {
    return member.write(value, { prefixOf: ns => writing.prefixOf(ns), refuse })
  } catch (error) {
    if (error instanceof NoMember) return undefined
    throw error
  }
}

/** True for two texts of one value: `1.0` and `1` of a decimal. */
export function isSame({ type }: SimpleCodec, a: string, b: string): boolean {
  if (normaliser(type)(a) === normaliser(type)(b)) return true
  const [x, y] = [collapse(a), collapse(b)]
  if (type.primitive === 'boolean') return (x === 'true' || x === '1') === (y === 'true' || y === '1')
  const [left, right] = [numberOf(x), numberOf(y)]
  return NUMERIC.has(type.primitive) && left !== undefined && right !== undefined && compare(left, right) === 0
}

const NUMERIC = new Set(['decimal', 'float', 'double'])

/** How a simple type is called in messages. */
export function labelOf({ name, builtin, variety }: SimpleType): string {
  if (name) return name.local
  return variety === 'atomic' ? builtin : `a ${variety}`
}
