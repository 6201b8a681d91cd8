import { GatewayError } from '../../gateway/errors.ts'
import type { XmlElementReader, XmlPlace, XmlTag } from './events.ts'
import type { PlainNames } from './plain-names.ts'
import type { XmlReaderHandler } from './reader.ts'
import { unreadable } from './unreadable.ts'

/** What may be dropped while reading. */
export type Lossy = 'comments' | 'instructions' | 'mixed'

/** Element names that may repeat, level by level. */
export interface Repeats {
  readonly many: boolean
  readonly inside: ReadonlyMap<string, Repeats>
}

export interface PlainReading {
  readonly names: PlainNames
  readonly repeats: ReadonlyMap<string, Repeats>
  readonly lossy: ReadonlySet<Lossy>
}

/** From paths such as /Order/Line. */
export function compileRepeats(paths: readonly string[]): ReadonlyMap<string, Repeats> {
  const root = new Map<string, MutableRepeats>()
  for (const path of paths) {
    let inside = root
    let last: MutableRepeats | undefined
    for (const name of path.split('/').filter(part => part !== '')) {
      last = inside.get(name) ?? { many: false, inside: new Map() }
      inside.set(name, last)
      inside = last.inside
    }
    if (last) last.many = true
  }
  return root
}

interface MutableRepeats {
  many: boolean
  readonly inside: Map<string, MutableRepeats>
}

type Members = Record<string, unknown>

/** An element that is being read. */
interface Frame {
  readonly key: string
  readonly inside: ReadonlyMap<string, Repeats> | undefined
  readonly many: boolean
  /** Undefined while it has neither attributes nor elements. */
  members: Members | undefined
  text: string
  /** The name of the last element in it. */
  last: string | undefined
}

/** Reads one element: its content, or with `named` an object of its name and its content. */
export function createPlainReader(reading: PlainReading, named: boolean): XmlElementReader & XmlReaderHandler {
  return new PlainReader(reading, named)
}

class PlainReader implements XmlElementReader, XmlReaderHandler {
  readonly #reading: PlainReading
  readonly #named: boolean
  readonly #outer: Frame[] = []
  #frame: Frame | undefined
  #result: unknown
  #place: (() => XmlPlace) | undefined

  constructor(reading: PlainReading, named: boolean) {
    this.#reading = reading
    this.#named = named
  }

  begin(place: () => XmlPlace): void {
    this.#place = place
  }

  open(tag: XmlTag): void {
    const parent = this.#frame
    const key = this.#reading.names.element(tag)
    const repeats = (parent ? parent.inside : this.#reading.repeats)?.get(key)
    if (parent) {
      this.#enter(parent, key, repeats?.many ?? false)
      this.#outer.push(parent)
    }
    const frame: Frame = { key, inside: repeats?.inside, many: repeats?.many ?? false, members: undefined, text: '', last: undefined }
    this.#frame = frame
    if (tag.attributes.length > 0) this.#attributes(frame, tag)
  }

  text(text: string): void {
    const frame = this.#frame
    if (frame === undefined) return
    if (frame.last === undefined || this.#reading.lossy.has('mixed')) frame.text += text
    else if (!isBlank(text)) this.#fail('text behind an element: its place would be lost; use an XSD, or list `mixed` under `lossy`')
  }

  close(): void {
    const frame = this.#frame
    if (frame === undefined) return
    const value = contentOf(frame)
    const parent = this.#outer.pop()
    this.#frame = parent
    if (parent) add(parent, frame, value)
    else this.#result = this.#named ? put({}, frame.key, value) : value
  }

  comment(): void {
    if (!this.#reading.lossy.has('comments')) this.#fail('a comment, which would be lost; list `comments` under `lossy`')
  }

  instruction(target: string): void {
    if (this.#reading.lossy.has('instructions')) return
    this.#fail(`a processing instruction ${target}, which would be lost; list \`instructions\` under \`lossy\``)
  }

  result(): unknown {
    return this.#result
  }

  /** An element begins in `parent`. */
  #enter(parent: Frame, key: string, many: boolean): void {
    parent.members ??= {}
    if (parent.last === undefined && parent.text !== '') this.#keepText(parent, parent.members)
    if (parent.last !== undefined && Object.hasOwn(parent.members, key)) this.#again(parent, key, many)
    parent.last = key
  }

  #keepText(parent: Frame, members: Members): void {
    if (!isBlank(parent.text)) members.$ = parent.text
    else parent.text = ''
  }

  #again(parent: Frame, key: string, many: boolean): void {
    if (!many) {
      const path = [...this.#outer, parent, { key }].map(frame => `/${frame.key}`).join('')
      this.#fail(`a second ${key}; what may repeat is listed: \`many: [${path}]\` (one name in several namespaces: see \`prefixes\`)`)
    }
    if (parent.last === key || this.#reading.lossy.has('mixed')) return
    this.#fail(`${key} again behind ${parent.last}: their order would be lost; use an XSD, or list \`mixed\` under \`lossy\``)
  }

  #attributes(frame: Frame, { attributes }: XmlTag): void {
    const members: Members = {}
    for (const attribute of attributes) {
      const key = this.#reading.names.attribute(attribute)
      if (Object.hasOwn(members, key)) this.#fail(`two attributes ${key.slice(1)} of different namespaces; name those under \`prefixes\``)
      members[key] = attribute.value
    }
    frame.members = members
  }

  #fail(message: string): never {
    if (this.#place) throw unreadable(this.#place(), message)
    throw new GatewayError('NOT_READABLE', message, { errors: [{ message }] })
  }
}

function contentOf({ members, text, last }: Frame): unknown {
  if (members === undefined) return text
  if (text !== '' && !(last !== undefined && isBlank(text))) members.$ = text
  return members
}

function add({ members = {} }: Frame, { key, many }: Frame, value: unknown): void {
  if (!many) return void put(members, key, value)
  const list = Object.hasOwn(members, key) ? members[key] : undefined
  if (Array.isArray(list)) list.push(value)
  else put(members, key, [value])
}

/** Defines instead of assigning where the name is __proto__: assigning would change what the object is. */
function put(members: Members, key: string, value: unknown): Members {
  if (key === '__proto__') Object.defineProperty(members, key, { value, writable: true, enumerable: true, configurable: true })
  else members[key] = value
  return members
}

function isBlank(text: string): boolean {
  return !/[^ \t\r\n]/.test(text)
}
