import { parseDuration, parseSize } from '../gateway/options.ts'
import type { ConfigSchema } from './form.ts'

/** What is wrong with a text, in words that follow it: `"5 sec" ${message}`. */
export interface TextFault {
  readonly message: string
  readonly mend?: string
}

type TextCheck = (text: string) => TextFault | undefined

const DURATIONS = 'a number and a unit: 250ms, 5s, 2m, 1h, 3d'
const SIZES = 'a number and a unit: 512B, 64KB, 8MB, 1GB'
const WORDS: Readonly<Record<string, string>> = { ms: 'ms', mil: 'ms', s: 's', m: 'm', h: 'h', d: 'd', b: 'B', k: 'KB', g: 'GB' }

/** What is wrong with a text by its schema's format, pattern and length; undefined where it is well. */
export function textFault(schema: ConfigSchema, text: string): TextFault | undefined {
  if (schema.minLength !== undefined && text.length < schema.minLength) return { message: 'is too short', mend: 'write a value' }
  const fault = schema.format ? CHECKS[schema.format]?.(text) : undefined
  if (fault || schema.pattern === undefined || new RegExp(schema.pattern).test(text)) return fault
  const example = typeof schema.example === 'string' ? `, such as ${schema.example}` : ''
  return { message: `does not have the allowed form${example} (pattern: ${schema.pattern})` }
}

const CHECKS: Readonly<Record<string, TextCheck>> = {
  duration: text => (parseDuration(text) === undefined ? measureFault('duration', text, DURATIONS) : undefined),
  size: text => (parseSize(text) === undefined ? measureFault('size', text, SIZES) : undefined),
  address: addressFault,
  url: urlFault,
}

function measureFault(noun: 'duration' | 'size', text: string, allowed: string): TextFault {
  const guess = meant(noun, text)
  return { message: `is no ${noun} (allowed: ${allowed})`, mend: guess ? `write ${guess}` : `write ${allowed}` }
}

/** `5s` for `5 sec`, `8MB` for `8 megabytes`: what the text most likely means. */
function meant(noun: 'duration' | 'size', text: string): string | undefined {
  const [, amount, word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\.?\s*$/.exec(text) ?? []
  if (amount === undefined) return undefined
  const lower = word.toLowerCase()
  if (noun === 'size') return lower.startsWith('m') ? `${amount}MB` : withUnit(amount, WORDS[lower.slice(0, 1)], noun)
  return withUnit(amount, WORDS[lower] ?? WORDS[lower.slice(0, 3)] ?? WORDS[lower.slice(0, 1)], noun)
}

function withUnit(amount: string, unit: string | undefined, noun: 'duration' | 'size'): string | undefined {
  const parse = noun === 'duration' ? parseDuration : parseSize
  return unit !== undefined && parse(`${amount}${unit}`) !== undefined ? `${amount}${unit}` : undefined
}

function addressFault(text: string): TextFault | undefined {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? []
  if (host !== undefined && Number(port) <= 65_535) return undefined
  return { message: 'is no address (allowed: HOST:PORT, port 0 to 65535)', mend: 'write it like 127.0.0.1:8080' }
}

function urlFault(text: string): TextFault | undefined {
  if (URL.canParse(text) && /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text)) return undefined
  return { message: 'is no URL', mend: 'write scheme, host and path, like https://api.example/orders' }
}
