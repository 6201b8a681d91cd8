import { clark, XML, XMLNS, type XmlAttribute, type XmlTag, XSI } from '../../xml/events.ts'
import { typeLabel, typeNamed } from './derived.ts'
import { anyOf, seen } from './faults.ts'
import { ELEMENTS, EMPTY, type Frame, MIXED, NIL, TEXT } from './frame.ts'
import { allows } from './matcher.ts'
import type { AttributePlan, TypePlan } from './plan.ts'
import type { Reading } from './reading.ts'
import { isSame } from './simple.ts'

/** Reads the attributes of an element into its object; xsi:type and xsi:nil decide on what the frame is. */
export function readAttributes(frame: Frame, tag: XmlTag, reader: Reading): void {
  const { attributes } = tag
  for (const attribute of attributes) if (attribute.ns === XSI) readInstruction(frame, attribute, reader)
  if (frame.type.content === 'any') return
  let required = 0
  for (const attribute of attributes) {
    if (attribute.ns === XSI) continue
    const plan = frame.type.byAttribute.get(attribute.ns === '' ? attribute.local : clark(attribute))
    if (!plan) readOther(frame, attribute, reader)
    else {
      if (plan.use.required) required++
      if (frame.object) frame.object[plan.member] = attributeValue(plan, attribute.value, reader)
    }
  }
  if (required < frame.type.requiredAttributes) refuseMissing(frame.type, attributes, reader)
}

const LOCATIONS = new Set(['schemaLocation', 'noNamespaceSchemaLocation'])

function readInstruction(frame: Frame, { local, value }: XmlAttribute, reader: Reading): void {
  if (local === 'type') readType(frame, value.trim(), reader)
  else if (local === 'nil') readNil(frame, value.trim(), reader)
  else if (!LOCATIONS.has(local))
    reader.refuse(`the attribute xsi:${local} is not known; allowed are xsi:type, xsi:nil and schema locations`)
}

function readType(frame: Frame, name: string, reader: Reading): void {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? '' : name.slice(0, colon)
  const ns = reader.resolve(prefix)
  if (ns === undefined && prefix !== '') reader.refuse(`xsi:type is ${seen(name)}, whose prefix is not declared`)
  const type = typeNamed(reader.compiler, frame.element, clark({ ns: ns ?? '', local: name.slice(colon + 1) }))
  if (typeof type === 'string') reader.refuse(`xsi:type: ${type}`)
  if (type === frame.element.type) return
  frame.type = type
  const { typeMember } = frame.element.type.typeMember === '@type' ? type : frame.element.type
  frame.object = { [typeMember]: typeLabel(type.definition, frame.element) }
  if (frame.mode !== NIL) frame.mode = modeOf(type)
}

/** What may stand in an element of the type. */
export function modeOf({ content, mixed }: TypePlan): number {
  if (content === 'text') return TEXT
  if (content === 'elements') return mixed ? MIXED : ELEMENTS
  return EMPTY
}

function readNil(frame: Frame, value: string, reader: Reading): void {
  if (value !== 'true' && value !== '1') {
    if (value !== 'false' && value !== '0') reader.refuse(`xsi:nil is ${seen(value)}; allowed are true and false`)
    return
  }
  if (!frame.element.nillable) reader.refuse('xsi:nil may not stand here: the element is not nillable')
  frame.mode = NIL
}

function attributeValue({ use, simple }: AttributePlan, text: string, reader: Reading): unknown {
  const { fixed } = use
  if (fixed !== undefined && !isSame(simple, text, fixed)) {
    reader.refuse(`the attribute ${clark(use.name)} is ${seen(text)}; only ${seen(fixed)} is allowed`)
  }
  reader.within = use.name.local
  const value = simple.read(text, reader)
  reader.within = ''
  return value
}

/** An attribute that the type does not name. */
function readOther({ type, object, element }: Frame, attribute: XmlAttribute, reader: Reading): void {
  const { ns, local, value } = attribute
  const { anyAttribute } = type
  const name = clark(attribute)
  if (!anyAttribute || ns === XMLNS || !allows(anyAttribute, ns)) {
    const known = type.attributes.map(({ use }) => clark(use.name))
    const allowed = known.length === 0 ? `${element.tag} has no attributes` : `allowed are ${anyOf(known)}`
    reader.refuse(`the attribute ${name} is not known; ${allowed}`)
  }
  if (anyAttribute.processContents === 'strict' && ns !== XML && !reader.compiler.set.attributes.has(name)) {
    reader.refuse(`the attribute ${name} is declared by no schema`)
  }
  if (!object) return
  const taken = type.attributes.some(({ member }) => member === `@${local}`)
  object[ns === '' && !taken ? `@${local}` : `@{${ns}}${local}`] = value
}

function refuseMissing({ attributes }: TypePlan, there: XmlTag['attributes'], reader: Reading): never {
  const missing = attributes.filter(
    ({ use }) => use.required && !there.some(({ ns, local }) => ns === use.name.ns && local === use.name.local),
  )
  return reader.refuse(`the attribute ${anyOf(missing.map(({ use }) => clark(use.name)))} is missing`)
}
