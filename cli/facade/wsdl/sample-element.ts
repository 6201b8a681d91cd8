import { escapeAttribute } from '../../../transformers/xml/escape.ts'
import { XML, XSI } from '../../../transformers/xml/events.ts'
import type {
  AttributeUse,
  ComplexType,
  ElementDeclaration,
  Particle,
  SchemaSet,
  SimpleType,
  TypeDefinition,
} from '../../../transformers/xsd/model.ts'
import { sampleText } from './sample-value.ts'

/** An element of a sample. */
export interface SampleElement {
  readonly ns: string
  readonly local: string
  /** ` name="value"`, with the declarations that they need. */
  readonly attributes: string
  readonly content: string | readonly SampleElement[]
  /** Text may stand between the elements: a line break would be some. */
  readonly mixed?: boolean
}

/** No sample can be made of some part of a schema. */
class Unmade extends Error {}

/** What is asked of a sample is more than anybody reads. */
class Endless extends Error {}

const DEEPEST = 12
const MOST_OPTIONAL = 12
/** Elements from which on nothing optional is added, and that end it. */
const ENOUGH = 150
const TOO_MANY = 20_000

/** A valid element of the declaration, with what is optional where that is not too much; undefined where none can be made. */
export function sampleElement(set: SchemaSet, declaration: ElementDeclaration): SampleElement | undefined {
  try {
    return elementOf(declaration, { set, outer: [], made: { count: 0 } })
  } catch (error) {
    if (error instanceof Unmade || error instanceof Endless) return undefined
    throw error
  }
}

interface Around {
  readonly set: SchemaSet
  /** The types that this part stands in. */
  readonly outer: readonly TypeDefinition[]
  /** Elements of the whole sample so far. */
  readonly made: { count: number }
}

function elementOf(declared: ElementDeclaration, around: Around): SampleElement {
  around.made.count += 1
  if (around.made.count > TOO_MANY) throw new Endless()
  const [declaration] = declared.abstract ? around.set.substitutes(declared) : [declared]
  if (!declaration) throw new Unmade()
  const { ns, local } = declaration.name
  const named = concrete(declaration.type, around.set)
  if (!named) throw new Unmade()
  const { type, attribute } = named
  if (around.outer.length > DEEPEST || around.outer.filter(one => one === type).length > 1) throw new Unmade()
  const fixed = declaration.fixed
  if (type.kind === 'simple') return { ns, local, attributes: attribute, content: fixed ?? textFor(type, local) }
  const inner = { ...around, outer: [...around.outer, type] }
  const element = { ns, local, attributes: attribute + attributesOf(type), content: contentOf(type, local, inner) }
  return type.mixed ? { ...element, mixed: true } : element
}

/** The type itself, or the first derived from it where it is abstract, named by xsi:type. */
function concrete(type: TypeDefinition, { types }: SchemaSet): { type: TypeDefinition; attribute: string } | undefined {
  if (type.kind === 'simple' || !type.abstract) return { type, attribute: '' }
  const found = [...types.values()].find(one => one.kind === 'complex' && !one.abstract && isDerived(one, type))
  if (!found?.name) return undefined
  const { ns, local } = found.name
  const name = ns === '' ? local : `t:${local}`
  return { type: found, attribute: `${ns === '' ? '' : ` xmlns:t="${escapeAttribute(ns)}"`} xmlns:xsi="${XSI}" xsi:type="${name}"` }
}

function isDerived(type: TypeDefinition, from: TypeDefinition): boolean {
  return type.base !== undefined && (type.base === from || isDerived(type.base, from))
}

function textFor(type: SimpleType, name: string): string {
  const text = sampleText(type, name)
  if (text === undefined) throw new Unmade()
  return text
}

function attributesOf({ attributes }: ComplexType): string {
  return attributes
    .filter(({ prohibited }) => !prohibited)
    .map(attributeOf)
    .join('')
}

function attributeOf({ name: { ns, local }, type, required, fixed }: AttributeUse, index: number): string {
  const text = fixed ?? sampleText(type, local)
  if (text === undefined && required) throw new Unmade()
  if (text === undefined || ns === XSI) return ''
  const value = `="${escapeAttribute(text)}"`
  if (ns === '') return ` ${local}${value}`
  return ns === XML ? ` xml:${local}${value}` : ` xmlns:a${index}="${escapeAttribute(ns)}" a${index}:${local}${value}`
}

function contentOf({ content }: ComplexType, local: string, around: Around): SampleElement['content'] {
  if (content.kind === 'empty') return ''
  if (content.kind === 'simple') return textFor(content.type, local)
  return particleOf(content.particle, around)
}

/** The elements of one particle: what is optional is left out where none can be made, and what is too much. */
function particleOf(particle: Particle, around: Around): readonly SampleElement[] {
  const { min, max } = particle
  if (max === 0) return []
  if (min === 0 && around.made.count > ENOUGH) return []
  if (min === 0) return attempt(() => once(particle, around)) ?? []
  return Array.from({ length: Math.min(min, 20) }, () => once(particle, around)).flat()
}

function once(particle: Particle, around: Around): readonly SampleElement[] {
  if (particle.kind === 'element') {
    const isWithin = around.outer.includes(particle.element.type)
    if (particle.min === 0 && isWithin) throw new Unmade()
    return [elementOf(particle.element, around)]
  }
  if (particle.kind === 'any') return anyOf(particle)
  if (particle.kind === 'choice') return choiceOf(particle.particles, around)
  let optional = 0
  return particle.particles.filter(({ min }) => min > 0 || ++optional <= MOST_OPTIONAL).flatMap(one => particleOf(one, around))
}

function choiceOf(particles: readonly Particle[], around: Around): readonly SampleElement[] {
  for (const one of particles) {
    const made = attempt(() => (one.min === 0 ? once(one, around) : particleOf(one, around)))
    if (made) return made
  }
  throw new Unmade()
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof Unmade) return undefined
    throw error
  }
}

/** What is open and may be left out is left out. */
function anyOf({ min, wildcard }: Particle & { kind: 'any' }): readonly SampleElement[] {
  if (min === 0) return []
  const { allows, processContents } = wildcard
  const ns = allows.kind === 'list' ? allows.list[0] : 'urn:example:any'
  if (processContents === 'strict' || ns === undefined) throw new Unmade()
  return [{ ns, local: 'example', attributes: '', content: '' }]
}
