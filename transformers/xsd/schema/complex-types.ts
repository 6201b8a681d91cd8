import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { type XmlName, XSD } from '../../xml/events.ts'
import type { ComplexType, Content, Particle, SimpleType, TypeDefinition } from '../model.ts'
import { attributesIn, mergedUses } from './attributes.ts'
import { anyType, simpleBuiltin } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { documentationOf } from './notes.ts'
import { particleIn } from './particles.ts'
import { restricted, simpleTypeOf } from './simple-types.ts'

/** A complex type while it is made: others may refer to it already. */
export type Shell = { -readonly [K in keyof ComplexType]: ComplexType[K] }

/** A type without content, to be filled. */
export function shellOf(element: XmlElement, name?: XmlName): Shell {
  return {
    kind: 'complex',
    ...(name && { name }),
    abstract: isTrue(attribute(element, 'abstract')),
    mixed: isTrue(attribute(element, 'mixed')),
    derivation: 'restriction',
    attributes: [],
    content: { kind: 'empty' },
    ...documentationOf(element),
  }
}

/** Gives a shell its content, which its base must have by then. */
export function fill(shell: Shell, element: XmlElement, schema: ReadSchema, components: Components): void {
  const content = childElements(element).find(({ ns, local }) => ns === XSD && (local === 'simpleContent' || local === 'complexContent'))
  const how = content && childElements(content).find(({ ns, local }) => ns === XSD && (local === 'extension' || local === 'restriction'))
  if (content && how) derive(shell, content, how, { schema, components })
  else if (content) components.report.at(content, `${content.local} is an extension or a restriction; here neither stands`)
  else own(shell, element, schema, components)
}

function derive(shell: Shell, content: XmlElement, how: XmlElement, derivation: Derivation): void {
  const { schema, components } = derivation
  shell.derivation = how.local === 'extension' ? 'extension' : 'restriction'
  shell.mixed ||= isTrue(attribute(content, 'mixed'))
  const base = components.base(how, attribute(how, 'base') ?? '', schema)
  shell.base = base
  inherit(shell, how, base, derivation)
  shell.content =
    content.local === 'simpleContent' ? simpleContent(how, base, schema, components) : complexContent(shell, how, base, derivation)
}

function own(shell: Shell, element: XmlElement, schema: ReadSchema, components: Components): void {
  const { uses, any } = attributesIn(element, schema, components)
  shell.base = anyType
  shell.attributes = mergedUses([], uses)
  if (any) shell.anyAttribute = any
  shell.content = contentOf(particleIn(element, schema, components))
}

function contentOf(particle: Particle | undefined): Content {
  return particle ? { kind: 'elements', particle } : { kind: 'empty' }
}

interface Derivation {
  readonly schema: ReadSchema
  readonly components: Components
}

function inherit(shell: Shell, how: XmlElement, base: TypeDefinition, { schema, components }: Derivation): void {
  const { uses, any } = attributesIn(how, schema, components)
  const inherited = base.kind === 'complex' && base !== anyType ? base : undefined
  shell.attributes = mergedUses(inherited?.attributes ?? [], uses)
  const wildcard = any ?? (shell.derivation === 'extension' ? inherited?.anyAttribute : undefined)
  if (wildcard) shell.anyAttribute = wildcard
  if (shell.derivation === 'extension' && inherited?.mixed) shell.mixed = true
}

function simpleContent(how: XmlElement, base: TypeDefinition, schema: ReadSchema, components: Components): Content {
  const inner = childElements(how).find(({ ns, local }) => ns === XSD && local === 'simpleType')
  const type = inner ? simpleTypeOf(inner, schema, components) : simpleOf(base)
  if (!type) {
    components.report.at(how, `the base ${attribute(how, 'base')} has no simple content`)
    return { kind: 'simple', type: simpleBuiltin('string') }
  }
  return { kind: 'simple', type: how.local === 'restriction' ? restricted(how, type, components) : type }
}

function simpleOf(base: TypeDefinition): SimpleType | undefined {
  if (base.kind === 'simple') return base
  return base.content.kind === 'simple' ? base.content.type : undefined
}

function complexContent(shell: Shell, how: XmlElement, base: TypeDefinition, { schema, components }: Derivation): Content {
  const particle = particleIn(how, schema, components)
  if (shell.derivation === 'restriction' || base === anyType) return contentOf(particle)
  const before = base.kind === 'complex' && base.content.kind === 'elements' ? base.content.particle : undefined
  if (base.kind === 'simple' || base.content.kind === 'simple') {
    components.report.at(how, `complexContent extends ${attribute(how, 'base')}, whose content is simple; write simpleContent`)
  }
  if (!before || !particle) return contentOf(before ?? particle)
  return { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles: [before, particle] } }
}

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1'
}
