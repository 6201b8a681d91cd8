import { isExactNumber } from '../../json/exact-number.ts'
import { clark, type XmlName } from '../../xml/events.ts'
import { escapeAttribute, escapeText } from '../../xml/writer.ts'
import { writeAnyType } from './any-type.ts'
import type { Compiler } from './compile.ts'
import { typeMeant, typeNamed } from './derived.ts'
import { kindName, seen, unwritable } from './faults.ts'
import { isMembers, type Members } from './frame.ts'
import { XML_SPACE, XSI_SPACE } from './names.ts'
import { type ElementPlan, type TypePlan, VALUE } from './plan.ts'
import { isSame, type SimpleCodec } from './simple.ts'
import { writeAttributes } from './write-attributes.ts'
import { writeContent } from './write-content.ts'
import type { Writing } from './writing.ts'

/** Levels of elements: what the reader takes as well. */
const DEEPEST = 100
/** All are declared on the root. */
const MOST_NAMESPACES = 100

/** Writes one body. The element's start is left to the end, when it is known which namespaces it must declare. */
export class TypedWriter implements Writing {
  readonly compiler: Compiler
  /** What has been written, without the root's `<name`. */
  text = ''
  /** Where in the body it is. */
  readonly path: (string | number)[] = []
  /** How many entries of the `$items` of the object at hand are written. */
  itemsDone = 0
  private readonly used: boolean[] = []
  private others: Map<string, string> | undefined
  private lastPrefix = 0
  private depth = 0
  readonly where = (): string => this.path.map(step => `/${step}`).join('')

  constructor(compiler: Compiler) {
    this.compiler = compiler
  }

  /** The whole element. */
  root(element: ElementPlan, body: unknown): string {
    if (element.declaration.abstract) this.refuse(`the element ${clark(element.name)} is abstract, and cannot be written`)
    this.use(element.space)
    this.inside(element, body)
    // What is written without a schema declares the set's namespaces itself.
    const declared = element.type.content === 'any' ? this.text.slice(0, this.text.indexOf('>')) : ''
    return `<${element.tag}${this.declarations(declared)}${this.text}`
  }

  element(element: ElementPlan, value: unknown): void {
    this.text += `<${element.tag}`
    if (element.space >= 0) this.used[element.space] = true
    this.inside(element, value)
  }

  /** Notes that a namespace must be declared. */
  use(space: number): void {
    if (space >= 0 && space !== XML_SPACE) this.used[space] = true
  }

  /** Throws MAPPING_FAILED at the member at hand. */
  refuse(message: string): never {
    throw unwritable(this.path, message)
  }

  prefixOf(ns: string): string {
    if (ns === '') return ''
    const { namespaces } = this.compiler
    const space = namespaces.known(ns)
    if (space !== undefined) {
      this.use(space)
      return namespaces.prefix(space)
    }
    this.others ??= new Map()
    const known = this.others.get(ns)
    if (known !== undefined) return known
    if (this.others.size === MOST_NAMESPACES) this.refuse(`names of more than ${MOST_NAMESPACES} namespaces that the schema does not know`)
    const prefix = this.freePrefix()
    this.others.set(ns, prefix)
    return prefix
  }

  /** From behind the element's name to its end. */
  private inside(element: ElementPlan, value: unknown): void {
    const { type } = element
    if (type.content === 'text' && !type.wrapped && (typeof value !== 'object' || isExactNumber(value) || Array.isArray(value))) {
      this.simple(element, type.simple, value)
      return
    }
    if (++this.depth > DEEPEST) this.refuse(`the body is nested more than ${DEEPEST} levels deep`)
    if (value === null) this.nil(element, type, undefined)
    else if (type.content === 'any' && !isTyped(value)) writeAnyType(this, element, value)
    else if (isMembers(value)) this.members(element, value)
    else this.refuse(`is ${kindName(value)}; ${type.label} is written from an object`)
    this.depth--
  }

  private members(element: ElementPlan, value: Members): void {
    const type = this.typeOf(element, value)
    let taken = 0
    if (type !== element.type) {
      taken++
      this.text += ` xsi:type="${this.typeTag(type.definition.name)}"`
    } else if (value[type.typeMember] !== undefined && !type.attributes.some(({ member }) => member === type.typeMember)) taken++
    if (value[type.nilMember] === true) {
      this.nil(element, type, { value, taken: taken + 1 })
      return
    }
    taken += writeAttributes(this, type, value)
    if (type.content === 'text') {
      if (value[VALUE] === undefined) this.refuse(`the member "${VALUE}" is missing, which is the value beside the attributes`)
      this.path.push(VALUE)
      this.simple(element, type.simple, value[VALUE])
      this.path.pop()
      taken++
    } else if (type.model) taken += writeContent(this, { element, model: type.model, value, mixed: type.mixed })
    else this.text += '/>'
    this.checkTaken(type, value, taken)
  }

  private simple(element: ElementPlan, simple: SimpleCodec | undefined, value: unknown): void {
    const text = simple ? simple.write(value, this) : String(value)
    const { fixed, preset } = element
    if (fixed && preset !== undefined && simple && !isSame(simple, text, preset))
      this.refuse(`is ${seen(text)}; only ${seen(preset)} is allowed`)
    const written = fixed && preset !== undefined && typeof value === 'number' ? preset : text
    this.text += `>${escapeText(written, this.where)}</${element.tag}>`
  }

  private nil(element: ElementPlan, type: TypePlan, given: { readonly value: Members; readonly taken: number } | undefined): void {
    if (!element.nillable) this.refuse('is null; the element is not nillable')
    this.used[XSI_SPACE] = true
    this.text += ' xsi:nil="true"'
    if (type.content === 'any') this.text += '/>'
    else {
      const taken = writeAttributes(this, type, given?.value ?? {})
      this.text += '/>'
      if (given) this.checkTaken(type, given.value, given.taken + taken)
    }
  }

  private typeOf(element: ElementPlan, value: Members): TypePlan {
    const declared = element.type
    const label = value['@xsi:type'] ?? (declared.typeMember === '@type' ? value['@type'] : undefined)
    if (label !== undefined && typeof label !== 'string') return this.refuse(`"@type" is ${kindName(label)}; it is the name of a type`)
    const { set } = this.compiler
    const type = label === undefined ? declared : typeNamed(this.compiler, element, typeMeant(set, label, element))
    if (typeof type === 'string') return this.refuse(`"@type" is ${seen(String(label))}: ${type}`)
    if (type.abstract) this.refuse(`the type ${type.label} is abstract; name a type derived from it in "${declared.typeMember}"`)
    return type
  }

  private typeTag(name: XmlName | undefined): string {
    this.used[XSI_SPACE] = true
    const prefix = this.prefixOf(name?.ns ?? '')
    return prefix === '' ? (name?.local ?? '') : `${prefix}:${name?.local}`
  }

  private checkTaken(type: TypePlan, value: Members, taken: number): void {
    let given = 0
    for (const member in value) if (value[member] !== undefined) given++
    if (given !== taken) refuseRest(this, type, value)
  }

  private declarations(declared: string): string {
    let text = ''
    for (const [space, isUsed] of this.used.entries()) {
      const own = isUsed ? this.compiler.namespaces.declaration(space) : ''
      if (declared === '' || !declared.includes(own)) text += own
    }
    for (const [ns, prefix] of this.others ?? []) text += ` xmlns:${prefix}="${escapeAttribute(ns, this.where)}"`
    return text
  }

  private freePrefix(): string {
    do this.lastPrefix++
    while (this.compiler.namespaces.isPrefix(`q${this.lastPrefix}`))
    return `q${this.lastPrefix}`
  }
}

function isTyped(value: unknown): boolean {
  return isMembers(value) && value['@xsi:type'] !== undefined
}

/** Says which member has no place. */
function refuseRest(writer: TypedWriter, type: TypePlan, value: Members): never {
  const children = [...(type.model?.byMember.values() ?? [])]
  const known = [
    ...type.attributes.map(({ member }) => member),
    ...(type.content === 'text' ? [VALUE] : []),
    ...children.filter(({ ordered }) => !ordered).map(({ member }) => member),
    ...(type.model?.hasAny ? ['$any'] : []),
    ...(children.some(({ ordered }) => ordered) || type.mixed ? ['$items'] : []),
  ]
  const given = Object.keys(value).filter(member => value[member] !== undefined)
  const unknown = given.find(member => !known.includes(member) && member !== type.typeMember && member !== type.nilMember)
  if (unknown === undefined)
    return writer.refuse(`some of the members ${given.join(', ')} exclude one another, by the schema of ${type.label}`)
  const list = known.length === 0 ? 'it has none' : `allowed are ${known.slice(0, 40).join(', ')}`
  return writer.refuse(`the member ${seen(unknown)} is not known to ${type.label}; ${list}`)
}
