import { clark, type XmlName } from '../../xml/events.ts'
import { escapeText } from '../../xml/writer.ts'
import type { Wildcard } from '../model.ts'
import { kindName, seen } from './faults.ts'
import { fragmentName } from './fragment.ts'
import { isMembers, type Members } from './frame.ts'
import { advance, allows, type Matching, mayEnd, startMatching } from './matcher.ts'
import { ANY, type Child, type ContentModel, type ElementPlan, ITEMS, type Node, type Step } from './plan.ts'
import type { Writing } from './writing.ts'

/** An object whose children are written. */
export interface Writable {
  readonly element: ElementPlan
  readonly model: ContentModel
  readonly value: Members
  readonly mixed: boolean
}

/** Writes the children of an element in the schema's order, and its end; how many members of the body they were. */
export function writeContent(writer: Writing, content: Writable): number {
  const { model, value, element } = content
  const outer = writer.itemsDone
  writer.itemsDone = 0
  writer.text += '>'
  let taken = 0
  for (const step of model.steps) taken += writeStep(writer, step, content)
  taken += endItems(writer, value)
  writer.itemsDone = outer
  writer.text += `</${element.tag}>`
  return taken
}

function writeStep(writer: Writing, step: Step, content: Writable): number {
  if (step.kind === 'element') return writeElement(writer, step, content.value)
  if (step.kind === 'any') return writeAny(writer, step, content.value)
  if (step.kind === 'items') return writeItems(writer, step.top, content)
  if (step.kind === 'choice') return writeChoice(writer, step, content)
  if (step.optional && !isPresent(writer, step, content)) return 0
  let taken = 0
  for (const inner of step.kind === 'all' ? inOrderOf(content.value, step.steps) : step.steps) taken += writeStep(writer, inner, content)
  return taken
}

function inOrderOf(value: Members, steps: readonly Step[]): readonly Step[] {
  const order = Object.keys(value)
  const place = ({ members: [member = ''] }: Step): number => order.indexOf(member)
  return steps.toSorted((a, b) => place(a) - place(b))
}

function writeElement(writer: Writing, { child, min, max }: Step & { kind: 'element' }, value: Members): number {
  const given = memberOf(value, child)
  if (given === undefined) {
    if (min > 0) writer.refuse(`the member ${seen(child.member)} is missing`)
    return 0
  }
  writer.path.push(child.member)
  if (child.list) writeList(writer, { child, min, max }, given)
  else writer.element(child.element, given)
  writer.path.pop()
  return 1
}

function writeList(writer: Writing, { child, min, max }: { child: Child; min: number; max: number }, list: unknown): void {
  if (!Array.isArray(list)) writer.refuse(`is ${kindName(list)}; it may repeat, so it is written from a list`)
  if (list.length < min || list.length > max) {
    writer.refuse(`has ${list.length} items; ${max === Number.POSITIVE_INFINITY ? `at least ${min} are` : `${min} to ${max} are`} allowed`)
  }
  const { path } = writer
  for (let index = 0; index < list.length; index++) {
    path.push(index)
    writer.element(child.element, list[index])
    path.pop()
  }
}

/** Where several alternatives are there, the one with most of its members; what is left over is then refused. */
function writeChoice(writer: Writing, step: Step & { kind: 'choice' }, content: Writable): number {
  let best: Step | undefined
  let most = 0
  for (const one of step.steps) {
    const count = isPresent(writer, one, content) ? presence(one, content) : 0
    if (count > most) {
      most = count
      best = one
    }
  }
  if (best) return writeStep(writer, best, content)
  if (!step.optional) writer.refuse(`none of the members ${step.members.map(seen).join(', ')} is there; one is needed`)
  return 0
}

function isPresent(writer: Writing, step: Step, content: Writable): boolean {
  const { model, value } = content
  if (step.kind === 'items') {
    const list = value[ITEMS]
    const next = Array.isArray(list) ? list[writer.itemsDone] : undefined
    const child = isMembers(next) ? model.byMember.get(Object.keys(next)[0] ?? '') : undefined
    return child ? step.top.first.has(child) : next !== undefined && step.top.firstAny.length > 0
  }
  if ('steps' in step) return step.steps.some(inner => isPresent(writer, inner, content))
  return step.members.some(member => Object.hasOwn(value, member) && value[member] !== undefined)
}

function presence(step: Step, { value }: Writable): number {
  return Math.max(1, step.members.filter(member => Object.hasOwn(value, member) && value[member] !== undefined).length)
}

function writeAny(writer: Writing, { wildcard, min, max }: Step & { kind: 'any' }, value: Members): number {
  const list = value[ANY]
  if (list === undefined) {
    if (min > 0) writer.refuse(`the member "${ANY}" is missing: elements that the schema's wildcard asks for`)
    return 0
  }
  writer.path.push(ANY)
  if (!Array.isArray(list)) return writer.refuse(`is ${kindName(list)}; it is a list of texts, each of them one element`)
  if (list.length < min || list.length > max) writer.refuse(`has ${list.length} items; ${min} to ${max} are allowed`)
  for (const [index, text] of list.entries()) {
    writer.path.push(index)
    checkAllowed(writer, wildcard, fragmentName(writer, text))
    writer.text += text
    writer.path.pop()
  }
  writer.path.pop()
  return 1
}

function checkAllowed(writer: Writing, wildcard: Wildcard, name: XmlName): void {
  if (!allows(wildcard, name.ns)) writer.refuse(`an element of the namespace ${seen(name.ns)} is not what the schema's wildcard allows`)
  if (wildcard.processContents === 'strict' && !writer.compiler.set.elements.has(clark(name))) {
    writer.refuse(`the element ${clark(name)} is declared by no schema`)
  }
}

/** Writes as many entries of `$items` as belong to one particle. */
function writeItems(writer: Writing, top: Node, content: Writable): number {
  const list = content.value[ITEMS] ?? []
  writer.path.push(ITEMS)
  if (!Array.isArray(list)) return writer.refuse(`is ${kindName(list)}; it is a list of objects with one member each, in their order`)
  const matching = startMatching(content.model.nodes)
  while (writer.itemsDone < list.length) {
    writer.path.push(writer.itemsDone)
    const isWritten = writeItem(writer, list[writer.itemsDone], { matching, top, content })
    writer.path.pop()
    if (!isWritten) break
    writer.itemsDone++
  }
  if (!mayEnd(matching, top)) {
    writer.refuse(
      `${writer.itemsDone < list.length ? `entry ${writer.itemsDone} may not stand there` : 'ends too early'}, by the schema of ${content.element.tag}`,
    )
  }
  writer.path.pop()
  return 0
}

interface Items {
  readonly matching: Matching
  readonly top: Node
  readonly content: Writable
}

function writeItem(writer: Writing, item: unknown, { matching, top, content }: Items): boolean {
  if (typeof item === 'string' && content.mixed) {
    writer.text += escapeText(item, writer.where)
    return true
  }
  const names = isMembers(item) ? Object.keys(item) : []
  const [name] = names
  if (!isMembers(item) || name === undefined || names.length > 1) {
    return writer.refuse(`is ${kindName(item)}; an entry is an object with one member${content.mixed ? ', or a text' : ''}`)
  }
  writer.path.push(name)
  const child = content.model.byMember.get(name)
  if (!child && name !== ANY) writer.refuse(`no such element; allowed are ${[...content.model.byMember.keys()].slice(0, 40).join(', ')}`)
  const given = item[name]
  const elementName = child ? child.element.name : fragmentName(writer, given)
  const leaf = advance(matching, top, child, elementName.ns)
  const [wildcard] = leaf?.firstAny ?? []
  if (leaf && child) writer.element(child.element, given)
  else if (wildcard) {
    checkAllowed(writer, wildcard, elementName)
    writer.text += String(given)
  }
  writer.path.pop()
  return leaf !== undefined
}

function endItems(writer: Writing, value: Members): number {
  const list = value[ITEMS]
  if (list === undefined) return 0
  if (!Array.isArray(list) || writer.itemsDone < list.length) {
    writer.path.push(ITEMS)
    if (Array.isArray(list)) writer.path.push(writer.itemsDone)
    writer.refuse('may not stand here, by the schema')
  }
  return 1
}

function memberOf(value: Members, { member, awkward }: Child): unknown {
  return awkward && !Object.hasOwn(value, member) ? undefined : value[member]
}
