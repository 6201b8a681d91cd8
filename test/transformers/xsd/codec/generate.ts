import { XSI } from '../../../../transformers/xml/events.ts'
import type {
  ComplexType,
  ElementDeclaration,
  Particle,
  SchemaSet,
  SimpleType,
  TypeDefinition,
} from '../../../../transformers/xsd/model.ts'
import type { Random } from './random.ts'
import { type QualifiedName, textOf } from './texts.ts'

/** An element of a random document. */
export interface RandomElement {
  readonly ns: string
  readonly local: string
  readonly attributes: readonly RandomAttribute[]
  readonly children: readonly (RandomElement | string | QualifiedName)[]
  /** The simple type of its text; white space around the text of some means nothing. */
  readonly text?: SimpleType
  /** It holds elements only. */
  readonly spaced?: true
}

export interface RandomAttribute {
  readonly ns: string
  readonly local: string
  readonly value: string | QualifiedName
  readonly type?: SimpleType
}

interface Making {
  readonly set: SchemaSet
  readonly random: Random
  readonly tame: boolean
}

const DEEPEST = 6

/** A document that is valid by the schema. `tame`: without numbers whose text JSON cannot keep. */
export function randomElement(making: Making, declaration: ElementDeclaration, depth = 0): RandomElement {
  const { random } = making
  const { name, nillable } = declaration
  const type = actualType(making, declaration)
  const named: RandomAttribute[] = type === declaration.type || !type.name ? [] : [{ ns: XSI, local: 'type', value: type.name }]
  const isNil = nillable && random.chance(0.3)
  const nil: RandomAttribute[] = isNil ? [{ ns: XSI, local: 'nil', value: 'true' }] : []
  const attributes = type.kind === 'complex' ? attributesOf(making, type) : []
  const start = { ...name, attributes: [...named, ...nil, ...attributes] }
  if (isNil) return { ...start, children: [] }
  const simple = simpleOf(type)
  if (simple) return { ...start, children: [textOf(simple, random, making.tame)], text: simple }
  return type.kind === 'complex' ? { ...start, ...contentOf(making, type, depth) } : { ...start, children: [] }
}

function simpleOf(type: TypeDefinition): SimpleType | undefined {
  if (type.kind === 'simple') return type
  return type.content.kind === 'simple' ? type.content.type : undefined
}

function actualType({ set, random }: Making, { type }: ElementDeclaration): TypeDefinition {
  const isAbstract = type.kind === 'complex' && type.abstract
  if (!isAbstract && random.chance(0.6)) return type
  const derived = [...set.types.values()].filter(one => isDerived(one, type) && !(one.kind === 'complex' && one.abstract))
  return derived.length > 0 ? random.pick(derived) : type
}

function isDerived(type: TypeDefinition, from: TypeDefinition): boolean {
  if (type.name?.ns.startsWith('http://www.w3.org/')) return false
  for (let base = type.base; base; base = base.base) if (base === from) return true
  return false
}

function attributesOf({ random, tame, ...making }: Making, { attributes, anyAttribute }: ComplexType): readonly RandomAttribute[] {
  void making
  const own = attributes
    .filter(({ required, prohibited }) => !prohibited && (required || random.chance(0.5)))
    .map(use => ({ ...use.name, value: use.fixed ?? textOf(use.type, random, tame), type: use.type }))
  const other = anyAttribute && random.chance(0.5) ? [{ ns: 'urn:elsewhere', local: 'extra', value: 'a "b" & c' }] : []
  return [...own, ...other]
}

function contentOf(making: Making, { content, mixed }: ComplexType, depth: number): Pick<RandomElement, 'children' | 'spaced'> {
  const elements = content.kind === 'elements' ? particleOf(making, content.particle, depth) : []
  if (!mixed) return { children: elements, ...(content.kind === 'elements' && { spaced: true }) }
  const { random } = making
  const texts = (): string[] => (random.chance(0.6) ? [random.pick(['some text', ' ', '\n', '1.00', 'a < b & c'])] : [])
  return { children: [...texts(), ...elements.flatMap(element => [element, ...texts()])] }
}

function particleOf(making: Making, particle: Particle, depth: number): readonly RandomElement[] {
  const { min, max } = particle
  const most = depth >= DEEPEST ? min : Math.min(max, min + 2)
  const count = min + making.random.int(most - min + 1)
  return Array.from({ length: count }, () => once(making, particle, depth)).flat()
}

function once(making: Making, particle: Particle, depth: number): readonly RandomElement[] {
  const { random, set } = making
  if (particle.kind === 'any') return [foreign(particle, random)]
  if (particle.kind === 'element') {
    const { element } = particle
    const choices = element.global ? set.substitutes(element) : [element]
    return [randomElement(making, random.pick(choices), depth + 1)]
  }
  if (particle.kind === 'choice') return particleOf(making, random.pick(particle.particles), depth)
  const inner = particle.kind === 'all' ? particle.particles.toSorted(() => random.int(3) - 1) : particle.particles
  return inner.flatMap(one => particleOf(making, one, depth))
}

function foreign({ wildcard }: Particle & { kind: 'any' }, random: Random): RandomElement {
  const { allows } = wildcard
  const ns = allows.kind === 'list' ? random.pick(allows.list) : random.pick(['urn:elsewhere', 'urn:fixtures:other'])
  const inner: RandomElement = {
    ns: random.pick([ns, 'urn:inner']),
    local: 'inner',
    attributes: [{ ns: 'urn:elsewhere', local: 'a', value: '1' }],
    children: ['007'],
  }
  return {
    ns,
    local: random.pick(['foreign', 'item']),
    attributes: [{ ns: '', local: 'b', value: '<' }],
    children: random.chance(0.5) ? ['text ', inner] : [],
  }
}
