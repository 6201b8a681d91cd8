import { GatewayError } from '../../gateway/errors.ts'
import { HEADER_BYTES } from '../formats/records/reader.ts'
import type { XmlHandler, XmlTag } from './events.ts'
import type { PlainNames } from './plain-names.ts'

/** An element that is open. */
interface Frame {
  readonly name: string
  readonly members: Map<string, unknown>
  text: string
}

/** Reads what stands before the first record, as XML without a schema is read, but that a name is a list where it stands twice. */
export class RecordHeader implements XmlHandler {
  readonly #names: PlainNames
  readonly #frames: Frame[] = []
  #length = 0

  constructor(names: PlainNames) {
    this.#names = names
  }

  open(tag: XmlTag): void {
    const frame: Frame = { name: this.#names.element(tag), members: new Map(), text: '' }
    this.#count(frame.name)
    for (const attribute of tag.attributes) {
      this.#count(attribute.value)
      frame.members.set(this.#names.attribute(attribute), attribute.value)
    }
    this.#frames.push(frame)
  }

  text(text: string): void {
    const frame = this.#frames.at(-1)
    if (!frame || text.trim() === '') return
    this.#count(text)
    frame.text += text
  }

  close(): void {
    const frame = this.#frames.pop()
    const parent = this.#frames.at(-1)
    if (frame && parent) add(parent.members, frame.name, contentOf(frame))
  }

  /** The elements that are open, each with what has been read of it; undefined where that is nothing but their names. */
  result(): unknown {
    if (this.#frames.every(({ members, text }) => members.size === 0 && text === '')) return undefined
    let inner: [string, unknown] | undefined
    for (const frame of [...this.#frames].reverse()) {
      if (inner) frame.members.set(...inner)
      inner = [frame.name, contentOf(frame)]
    }
    return inner && Object.fromEntries([inner])
  }

  #count(text: string): void {
    this.#length += text.length
    if (this.#length > HEADER_BYTES)
      throw new GatewayError('TOO_LARGE', `more than ${HEADER_BYTES} characters stand before the first record`)
  }
}

function contentOf({ members, text }: Frame): unknown {
  if (members.size === 0) return text
  return Object.fromEntries(text === '' ? members : [...members, ['$', text]])
}

function add(members: Map<string, unknown>, name: string, value: unknown): void {
  const before = members.get(name)
  members.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value])
}
