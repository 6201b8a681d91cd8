import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { FaultDetails, Path } from './faults.ts'
import type { FormFault, Place, ReadFile } from './mount.ts'
import { offsetInFile } from './scalar-offset.ts'

/** More nodes than any project has: what unfolds to more is a bomb of aliases. */
const MAX_NODES = 200_000

interface Reading {
  readonly file: string
  readonly text: string
  readonly doc: Document
  readonly lines: LineCounter
  readonly faults: FormFault[]
  /** Aliases that are being followed: one that meets itself is a cycle. */
  readonly open: Set<Node>
  nodes: number
}

/** Reads one YAML file: warnings are faults, keys are unique, positions are found. Never throws. */
export function readYaml(file: string, text: string): ReadFile {
  const reading = parse(file, text)
  const { doc, faults } = reading
  // Behind the first error the parser only guesses: what it says of the rest is noise.
  for (const problem of [...doc.errors.slice(0, 1), ...doc.warnings]) faults.push(yamlFault(problem, reading))
  const read = faults.length > 0 ? undefined : toValue(doc.contents, reading)
  const value = faults.some(({ code }) => code === 'YAML') ? undefined : read
  return { file, value, faults, locate: locatorOf(file, text) }
}

/** Parses anew when the first place is asked for: a config without faults does without the memory of its trees. */
function locatorOf(file: string, text: string): ReadFile['locate'] {
  let reading: Reading | undefined
  return (path, details) => {
    reading ??= parse(file, text)
    return locate(reading, path, details)
  }
}

function parse(file: string, text: string): Reading {
  const lines = new LineCounter()
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    keepSourceTokens: false,
    stringKeys: false,
  })
  return { file, text, doc, lines, faults: [], open: new Set(), nodes: 0 }
}

function yamlFault({ message, pos: [at] }: YAMLError, { doc, lines }: Reading): FormFault {
  const [, tag] = /^Unresolved tag: (!\S*)/.exec(message) ?? []
  if (tag) {
    const place = placeAt(lines, at)
    return { code: 'YAML', place, message: `"${tag}" is a YAML tag, not a part of the value`, mend: `quote the whole value: '${tag} ...'` }
  }
  if (!message.startsWith('Missing closing')) return { code: 'YAML', place: placeAt(lines, at), message }
  return { code: 'YAML', place: placeAt(lines, quoteBefore(doc, at)), message: 'the quote that opens here is not closed' }
}

/** Where the quoted text begins whose end was not found: the parser tells only where it stopped looking. */
function quoteBefore(doc: Document, end: number): number {
  let start = end
  visit(doc, {
    Scalar(_, { type, range }) {
      if (type?.startsWith('QUOTE') && range && range[1] >= end) start = range[0]
    },
  })
  return start
}

function toValue(node: unknown, reading: Reading): unknown {
  reading.nodes++
  if (reading.nodes > MAX_NODES) return bomb(node, reading)
  if (isAlias(node)) return aliasValue(node, reading)
  if (isMap(node)) return mapValue(node.items, reading)
  if (isSeq(node)) return node.items.map(item => toValue(item, reading))
  return isScalar(node) ? node.value : undefined
}

function bomb(node: unknown, reading: Reading): undefined {
  if (reading.nodes === MAX_NODES + 1) complain(reading, node, 'YAML', `unfolds to more than ${MAX_NODES} values`, 'use fewer aliases')
  return undefined
}

function aliasValue(node: Node, reading: Reading): unknown {
  const target = isAlias(node) ? node.resolve(reading.doc) : undefined
  if (!target) {
    complain(reading, node, 'YAML', 'an alias (*) without its anchor (&)', 'quote the value if the * belongs to it')
    return undefined
  }
  if (reading.open.has(target)) {
    complain(reading, node, 'YAML', 'an alias stands inside its own anchor', 'remove the alias')
    return undefined
  }
  reading.open.add(target)
  const value = toValue(target, reading)
  reading.open.delete(target)
  return value
}

function mapValue(items: readonly Pair[], reading: Reading): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const first = new Map<string, unknown>()
  for (const { key, value } of items) {
    const name = keyText(key)
    const before = first.get(name)
    if (name === '__proto__') complain(reading, key, 'WRONG_VALUE', 'the key "__proto__" is not allowed', 'use another name')
    else if (before !== undefined) complain(reading, key, 'DUPLICATE', twice(name, before, reading), 'keep one of the two')
    else {
      first.set(name, key)
      result[name] = toValue(value, reading)
    }
  }
  return result
}

function twice(name: string, before: unknown, { file, lines }: Reading): string {
  const { line, column } = placeAt(lines, startOf(before) ?? 0)
  return `key "${name}" is given twice: here and at ${file}:${line}:${column}`
}

function complain(reading: Reading, node: unknown, code: FormFault['code'], message: string, mend?: string): void {
  const place = placeAt(reading.lines, startOf(node) ?? 0)
  reading.faults.push({ code, place, message, ...(mend === undefined ? {} : { mend }) })
}

/** A key as it was written: `001` stays `001`. */
function keyText(key: unknown): string {
  if (!isScalar(key)) return String(key)
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

function startOf(node: unknown): number | undefined {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined
  return range?.[0]
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function locate(reading: Reading, path: Path, details: FaultDetails = {}): Place {
  let node: unknown = reading.doc.contents
  let key: unknown
  let whole = true
  for (const step of path) {
    const next = child(resolved(node, reading), step)
    if (!next) {
      whole = false
      break
    }
    key = next.key
    node = next.value
  }
  const atKey = details.atKey || startOf(node) === undefined || (!whole && !isScalar(node))
  if (key !== undefined && atKey) return placeAt(reading.lines, startOf(key) ?? 0)
  return placeAt(reading.lines, within(reading, node, details.offset))
}

function resolved(node: unknown, { doc }: Reading): unknown {
  return isAlias(node) ? node.resolve(doc) : node
}

function child(node: unknown, step: string | number): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) return node.items.find(({ key }) => keyText(key) === String(step))
  return isSeq(node) && typeof step === 'number' && step < node.items.length ? { value: node.items[step] } : undefined
}

function within({ text }: Reading, node: unknown, offset: number | undefined): number {
  const start = startOf(node) ?? 0
  if (offset === undefined || !isScalar(node) || !node.range) return start
  return offsetInFile({ text, start, end: node.range[1], style: node.type }, offset)
}
