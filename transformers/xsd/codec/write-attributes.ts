import { clark, XML } from '../../xml/events.ts'
import { isXmlName } from '../../xml/names.ts'
import { escapeAttribute } from '../../xml/writer.ts'
import { kindName, seen } from './faults.ts'
import type { Members } from './frame.ts'
import { allows } from './matcher.ts'
import type { AttributePlan, TypePlan } from './plan.ts'
import { isSame } from './simple.ts'
import type { Writing } from './writing.ts'

/** Writes the attributes of an element; how many members of the body they were. */
export function writeAttributes(writer: Writing, type: TypePlan, value: Members): number {
  let taken = 0
  for (const plan of type.attributes) {
    const given = value[plan.member]
    if (given !== undefined) {
      taken++
      writeAttribute(writer, plan, given)
    } else if (plan.use.required) writeMissing(writer, plan, type)
  }
  return type.anyAttribute ? taken + writeOthers(writer, type, value) : taken
}

function writeAttribute(writer: Writing, { member, tag, space, simple, use: { fixed } }: AttributePlan, value: unknown): void {
  writer.path.push(member)
  const text = simple.write(value, writer)
  if (fixed !== undefined && !isSame(simple, text, fixed)) writer.refuse(`is ${seen(text)}; only ${seen(fixed)} is allowed`)
  writer.use(space)
  const written = fixed !== undefined && typeof value === 'number' ? fixed : text
  writer.text += ` ${tag}="${escapeAttribute(written, writer.where)}"`
  writer.path.pop()
}

/** A fixed value need not be given. */
function writeMissing(writer: Writing, { member, tag, space, use: { fixed } }: AttributePlan, type: TypePlan): void {
  if (fixed === undefined) writer.refuse(`the member "${member}" is missing; ${type.label} requires the attribute`)
  writer.use(space)
  writer.text += ` ${tag}="${escapeAttribute(fixed ?? '')}"`
}

const OTHER = /^@(?:\{([^{}]*)\})?([^{}]+)$/

function writeOthers(writer: Writing, type: TypePlan, value: Members): number {
  let taken = 0
  for (const member in value) {
    if (!member.startsWith('@') || value[member] === undefined || member === type.typeMember || member === type.nilMember) continue
    if (type.attributes.some(plan => plan.member === member)) continue
    writer.path.push(member)
    writeOther(writer, type, member, value[member])
    writer.path.pop()
    taken++
  }
  return taken
}

function writeOther(writer: Writing, { anyAttribute, label }: TypePlan, member: string, value: unknown): void {
  const [, ns = '', local = ''] = OTHER.exec(member) ?? []
  if (!isXmlName(local)) writer.refuse(`${seen(member)} is no name of an attribute; written is @name or @{namespace}name`)
  if (!anyAttribute || !allows(anyAttribute, ns)) writer.refuse(`the attribute is not known to ${label}, whose wildcard does not take it`)
  if (anyAttribute?.processContents === 'strict' && ns !== XML && !writer.compiler.set.attributes.has(clark({ ns, local }))) {
    writer.refuse('the attribute is declared by no schema')
  }
  if (typeof value !== 'string') writer.refuse(`is ${kindName(value)}; an attribute of a wildcard is a text`)
  const prefix = ns === XML ? 'xml' : writer.prefixOf(ns)
  writer.text += ` ${prefix === '' ? '' : `${prefix}:`}${local}="${escapeAttribute(value, writer.where)}"`
}
