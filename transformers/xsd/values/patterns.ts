import { suggestion } from '../../../config/faults.ts'
import { linearPattern, type Pattern } from '../../validate/patterns.ts'
import { blocks } from './blocks.ts'

// Regular expressions of XML Schema (Datatypes, appendix F) in the words of ECMAScript.

const NAME_START =
  'A-Z_a-z:\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd'
const NAME = `${NAME_START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`
const INSIDE: Readonly<Record<string, string>> = { i: NAME_START, c: NAME, d: '\\p{Nd}', s: ' \\t\\n\\r' }
const WORD = '\\p{L}\\p{M}\\p{N}\\p{S}'

/** Compiled patterns by their text: schemas have the same ones many times. */
const compiled = new Map<string, Pattern>()
const MOST_COMPILED = 5_000
/** A quantifier behind another: what makes it lazy elsewhere is none here. */
const TWICE = /^(?:[*+?]|\{\d*,?\d*\})[*+?{]/
const GROUP = /^\(\?/

/** A pattern facet, anchored at both ends; runs in linear time. Throws SyntaxError for what is no such expression, or cannot be run so. */
export function xsdPattern(source: string): Pattern {
  const made = compiled.get(source) ?? linearPattern(inEcmaScript(source))
  if (compiled.size < MOST_COMPILED) compiled.set(source, made)
  return made
}

/** The facet as an ECMAScript pattern with `u`, anchored at both ends. Throws SyntaxError for what is no such expression. */
export function inEcmaScript(source: string): string {
  const reader = { source, at: 0 }
  let made = ''
  let branches = false
  while (reader.at < source.length) {
    const char = source[reader.at] ?? ''
    if (char === '|') branches = true
    made += char === '[' ? classOf(reader) : char === '\\' ? escapeOf(reader) : plain(reader)
  }
  return branches ? `^(?:${made})$` : `^${made}$`
}

interface Reading {
  readonly source: string
  at: number
}

function plain(reader: Reading): string {
  const rest = reader.source.slice(reader.at, reader.at + 40)
  if (TWICE.test(rest)) throw new SyntaxError(`"${rest.slice(0, 8)}" repeats a repeat; XML Schema has no lazy repeats`)
  if (GROUP.test(rest)) throw new SyntaxError(`"${rest.slice(0, 4)}" is no group of XML Schema, which has no look-around`)
  const char = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0)
  reader.at += char.length
  if (char === '.') return '[^\\n\\r]'
  if (char === '^' || char === '$' || char === '/') return `\\${char}`
  return char === ']' ? '\\]' : char
}

function escapeOf(reader: Reading): string {
  const inside = insideOf(reader)
  if (inside.negated) return `[^${inside.text}]`
  return inside.isSet ? `[${inside.text}]` : inside.text
}

/** What an escape stands for within brackets. */
function insideOf(reader: Reading): { readonly text: string; readonly isSet: boolean; readonly negated: boolean } {
  const letter = reader.source[reader.at + 1] ?? ''
  reader.at += 2
  if (letter === 'p' || letter === 'P') return { text: property(reader), isSet: true, negated: letter === 'P' }
  if (letter === 'w' || letter === 'W') return { text: WORD, isSet: true, negated: letter === 'W' }
  const set = INSIDE[letter.toLowerCase()]
  if (set !== undefined && /[a-zA-Z]/.test(letter)) return { text: set, isSet: true, negated: letter !== letter.toLowerCase() }
  if (!/^[nrt\\|.?*+(){}\-[\]^]$/.test(letter)) throw new SyntaxError(`\\${letter} is no escape of XML Schema`)
  // Outside of brackets a minus is no syntax, and cannot be escaped.
  return { text: letter === '-' ? '\\x2d' : `\\${letter}`, isSet: false, negated: false }
}

function property(reader: Reading): string {
  const [whole, name = ''] = /^\{([\w-]+)\}/.exec(reader.source.slice(reader.at, reader.at + 60)) ?? []
  if (whole === undefined) throw new SyntaxError('\\p needs a name in braces')
  reader.at += whole.length
  if (!name.startsWith('Is')) return `\\p{${name}}`
  const block = blocks.get(name.slice(2))
  if (block === undefined) throw new SyntaxError(`the block ${name} is not known${suggestion(name.slice(2), [...blocks.keys()])}`)
  return block
}

/** A class in brackets; one from which another is subtracted becomes the ranges of what is left. */
function classOf(reader: Reading): string {
  const { text, subtracted } = bracketed(reader)
  return subtracted === undefined ? text : ranges(text, subtracted)
}

function bracketed(reader: Reading): { readonly text: string; readonly subtracted?: string } {
  const { source } = reader
  reader.at += 1
  let text = '['
  if (source[reader.at] === '^') {
    text += '^'
    reader.at += 1
  }
  let canBegin = false
  while (reader.at < source.length) {
    const char = source[reader.at] ?? ''
    if (char === ']') {
      reader.at += 1
      return { text: `${text}]` }
    }
    if (char === '-' && source[reader.at + 1] === '[') {
      reader.at += 1
      const subtracted = classOf(reader)
      if (source[reader.at] !== ']') break
      reader.at += 1
      return { text: `${text}]`, subtracted }
    }
    if (char === '-' && canBegin && /^-(?:[^\]\\]|\\[^pPdDwWsSiIcC])/.test(source.slice(reader.at, reader.at + 3))) {
      reader.at += 1
      text += `-${memberOf(reader)}`
      canBegin = false
    } else {
      canBegin = !/^\\[pPdDwWsSiIcC]/.test(source.slice(reader.at, reader.at + 2))
      text += memberOf(reader)
    }
  }
  throw new SyntaxError('a class in brackets has no end')
}

function memberOf(reader: Reading): string {
  const char = String.fromCodePoint(reader.source.codePointAt(reader.at) ?? 0)
  if (char === '\\') {
    const { text, isSet, negated } = insideOf(reader)
    if (!negated) return text
    if (isSet && /^\\p\{\w+\}$/.test(text)) return text.replace('\\p', '\\P')
    return inverted(text)
  }
  reader.at += char.length
  return char === '-' ? '\\x2d' : char === '[' || char === '^' ? `\\${char}` : char
}

// In the class of another only its ranges can stand.
function inverted(set: string): string {
  return ranges('[\\s\\S]', `[${set}]`).slice(1, -1)
}

function ranges(from: string, without: string): string {
  const takes = new RegExp(`^${from}$`, 'u')
  const not = new RegExp(`^${without}$`, 'u')
  let made = ''
  let start = -1
  for (let code = 0; code <= 0x10000; code++) {
    const char = String.fromCodePoint(code)
    const within = code < 0x10000 && (code < 0xd800 || code > 0xdfff) && takes.test(char) && !not.test(char)
    if (within && start < 0) start = code
    if (within || start < 0) continue
    made += `\\u${hex(start)}-\\u${hex(code - 1)}`
    start = -1
  }
  return `[${made || '^\\u0000-\\uffff'}]`
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0')
}
