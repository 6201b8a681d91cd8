import type { XmlElementReader, XmlPlace, XmlTag } from '../../xml/events.ts'
import { clark } from '../../xml/events.ts'
import { modeOf, readAttributes } from './attributes.ts'
import { createCapture } from './capture.ts'
import type { Compiler } from './compile.ts'
import { expectation } from './expected.ts'
import { seen, unfit } from './faults.ts'
import { append, assign, createFrame, type Frame, MIXED, NIL, TEXT } from './frame.ts'
import { advance, mayEnd, startMatching } from './matcher.ts'
import { ANY, type Child, type ContentModel, type ElementPlan, ITEMS, type Node, VALUE } from './plan.ts'
import type { Reading } from './reading.ts'
import { isSame } from './simple.ts'

/** What one document is read with. */
export interface ReadingOptions {
  readonly compiler: Compiler
  readonly root: ElementPlan
  /** Where the source is, for faults; asked only while it is being read. */
  readonly place?: (() => XmlPlace) | undefined
}

/** Reads one element of a declaration into a body, as the events come: no document is built. */
export class TypedReader implements XmlElementReader, Reading {
  readonly compiler: Compiler
  /** The attribute whose value is being read. */
  within = ''
  private readonly root: ElementPlan
  private readonly place: (() => XmlPlace) | undefined
  private readonly frames: Frame[] = []
  private depth = 0
  private tag: XmlTag | undefined
  /** Reads what no type of the set describes. */
  private inner: XmlElementReader | undefined
  private innerDepth = 0
  private innerIsAny = false
  private value: unknown

  constructor({ compiler, root, place }: ReadingOptions) {
    this.compiler = compiler
    this.root = root
    this.place = place
  }

  open(tag: XmlTag): void {
    this.tag = tag
    if (this.inner) {
      this.innerDepth++
      this.inner.open(tag)
    } else if (this.depth === 0) this.openRoot(tag)
    else this.openChild(tag)
  }

  text(text: string): void {
    if (this.inner) {
      this.inner.text(text)
      return
    }
    const frame = this.frames[this.depth - 1]
    if (!frame) return
    if (frame.mode === TEXT || frame.mode === MIXED) frame.text = frame.text === '' ? text : frame.text + text
    else if (frame.mode === NIL) this.refuse('xsi:nil is true, so nothing may stand in it')
    else if (!isSpace(text)) this.refuse(`the text ${seen(text.trim())} may not stand here; ${expectation(frame)}`)
  }

  close(): void {
    if (this.inner) {
      this.inner.close()
      if (--this.innerDepth > 0) return
      this.endInner(this.inner.result())
      return
    }
    const frame = this.frames[this.depth - 1]
    if (frame) this.leave(frame, this.finish(frame))
  }

  comment(text: string): void {
    this.inner?.comment?.(text)
  }

  instruction(target: string, data: string): void {
    this.inner?.instruction?.(target, data)
  }

  result(): unknown {
    return this.value
  }

  resolve(prefix: string): string | undefined {
    return this.tag?.resolve(prefix)
  }

  /** Throws SCHEMA_INVALID at the element that is open. */
  refuse(message: string): never {
    throw unfit(`${this.xpath()}${this.within && `/@${this.within}`}`, message, this.place?.())
  }

  private openRoot(tag: XmlTag): void {
    const { root } = this
    if (root.name.local !== tag.local || root.name.ns !== tag.ns) {
      throw unfit(`/${nameOf(tag)}`, `the element is ${clark(tag)}; expected ${clark(root.name)}`, this.place?.())
    }
    if (root.declaration.abstract) throw unfit(`/${root.tag}`, 'the element is declared abstract', this.place?.())
    this.enter(root, undefined, tag)
  }

  private openChild(tag: XmlTag): void {
    const parent = this.frames[this.depth - 1]
    if (!parent) return
    const { model } = parent.type
    if (!model || parent.mode > MIXED) this.refuseChild(parent, tag)
    const child = likelyChild(parent, model, tag) ?? childOf(model, tag)
    if (parent.mode === MIXED) flush(parent)
    if (model.slots) {
      if (!child || !takeSlot(parent, model, child)) this.refuseChild(parent, tag)
      this.enter(child.element, child, tag)
      return
    }
    parent.matching ??= startMatching(model.nodes)
    const leaf = advance(parent.matching, model.top, child, tag.ns)
    if (!leaf) this.refuseChild(parent, tag)
    if (leaf.kind === 'any') this.startAny(leaf, tag)
    else if (child) this.enter(child.element, child, tag)
  }

  private refuseChild(parent: Frame, tag: XmlTag): never {
    const why = parent.mode === NIL ? 'xsi:nil is true, so nothing may stand in it' : expectation(parent)
    return this.refuse(`the element ${clark(tag)} may not stand here; ${why}`)
  }

  private enter(element: ElementPlan, child: Child | undefined, tag: XmlTag): void {
    const frame = this.frames[this.depth] ?? createFrame(element)
    this.frames[this.depth++] = frame
    const { type } = element
    frame.element = element
    frame.type = type
    frame.child = child
    frame.object = type.wrapped ? {} : undefined
    frame.text = ''
    frame.slot = -1
    frame.count = 0
    frame.matching = undefined
    frame.mode = modeOf(type)
    if (tag.attributes.length > 0 || type.requiredAttributes > 0) readAttributes(frame, tag, this)
    if (frame.type.abstract) this.refuse(`the type ${frame.type.label} is abstract; name a type derived from it in xsi:type`)
    if (frame.type.content === 'any' && frame.mode !== NIL) this.start(this.compiler.plain.elementReader(), tag, false)
  }

  private startAny({ firstAny: [wildcard] }: Node, tag: XmlTag): void {
    if (wildcard?.processContents === 'strict' && !this.compiler.set.elements.has(clark(tag)))
      this.refuse(`the element ${clark(tag)} is declared by no schema`)
    this.start(createCapture(), tag, true)
  }

  private start(inner: XmlElementReader, tag: XmlTag, isAny: boolean): void {
    this.inner = inner
    this.innerDepth = 1
    this.innerIsAny = isAny
    inner.open(tag)
  }

  private endInner(result: unknown): void {
    this.inner = undefined
    const frame = this.frames[this.depth - 1]
    if (!frame) return
    if (!this.innerIsAny) this.leave(frame, result)
    else if (frame.object)
      append(frame.object, frame.matching?.at?.ordered ? ITEMS : ANY, frame.matching?.at?.ordered ? { [ANY]: result } : result)
  }

  private leave({ child }: Frame, value: unknown): void {
    this.depth--
    const parent = this.frames[this.depth - 1]
    if (this.depth === 0) this.value = value
    else if (parent?.object && child) assign(parent.object, child, value)
  }

  private finish(frame: Frame): unknown {
    const { object, type } = frame
    if (frame.mode === TEXT) return this.finishText(frame)
    if (frame.mode === NIL) {
      if (!object || Object.keys(object).length === 0) return null
      return { [type.nilMember]: true, ...object }
    }
    const { model } = type
    if (!model) return object
    if (frame.mode === MIXED) flush(frame)
    if (!isComplete(frame, model)) this.refuse(`the element ends too early; ${expectation(frame)}`)
    return object
  }

  private finishText({ element, type: { simple }, text, object }: Frame): unknown {
    if (!simple) return text
    const { preset, fixed } = element
    const value = simple.read(text === '' && preset !== undefined ? preset : text, this)
    if (fixed && preset !== undefined && text !== '' && !isSame(simple, text, preset))
      this.refuse(`is ${seen(text)}; only ${seen(preset)} is allowed`)
    if (!object) return value
    object[VALUE] = value
    return object
  }

  private xpath(): string {
    let path = ''
    for (let at = 0; at < this.depth; at++) {
      const frame = this.frames[at]
      if (frame) path += `/${frame.element.tag}${position(this.frames[at - 1], frame.child)}`
    }
    return path
  }
}

function nameOf({ prefix, local }: XmlTag): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

/** Which of those with its name it is, where there may be several. */
function position(parent: Frame | undefined, child: Child | undefined): string {
  if (!parent?.object || !child) return ''
  if (child.ordered) {
    const items = parent.object[ITEMS]
    const before = Array.isArray(items) ? items.filter(item => typeof item === 'object' && Object.hasOwn(item, child.member)).length : 0
    return `[${before + 1}]`
  }
  if (!child.list) return ''
  const list = Object.hasOwn(parent.object, child.member) ? parent.object[child.member] : undefined
  return `[${(Array.isArray(list) ? list.length : 0) + 1}]`
}

/** Looked at before any search: comparing two names is quicker than hashing one. */
function likelyChild({ slot }: Frame, { likely }: ContentModel, { ns, local }: XmlTag): Child | undefined {
  const next = likely[slot + 1]
  if (next && next.element.name.local === local && next.element.name.ns === ns) return next
  const same = slot < 0 ? undefined : likely[slot]
  return same && same.element.name.local === local && same.element.name.ns === ns ? same : undefined
}

function childOf({ children }: ContentModel, { ns, local }: XmlTag): Child | undefined {
  const same = children.get(local)
  if (!same) return undefined
  const [first] = same
  return first && first.element.name.ns === ns ? first : same.find(({ element }) => element.name.ns === ns)
}

/** Steps on in a plain sequence; false where the child may not come next. */
function takeSlot(frame: Frame, { slots, requiredBefore }: ContentModel, { slot }: Child): boolean {
  const here = frame.slot
  if (slot === here) return ++frame.count <= (slots?.[slot]?.max ?? 0)
  if (slot < here || (here >= 0 && frame.count < (slots?.[here]?.min ?? 0))) return false
  if (requiredBefore[slot] !== requiredBefore[here + 1]) return false
  frame.slot = slot
  frame.count = 1
  return true
}

function isComplete(frame: Frame, { slots, requiredBefore, top, nodes }: ContentModel): boolean {
  if (!slots) return mayEnd(frame.matching ?? startMatching(nodes), top)
  if (frame.slot >= 0 && frame.count < (slots[frame.slot]?.min ?? 0)) return false
  return requiredBefore[slots.length] === requiredBefore[frame.slot + 1]
}

function flush(frame: Frame): void {
  if (frame.text !== '' && frame.object) append(frame.object, ITEMS, frame.text)
  frame.text = ''
}

function isSpace(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false
  }
  return true
}
