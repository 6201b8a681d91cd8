import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { type XmlName, XSD } from '../../xml/events.ts'
import type { ComplexType, Content, Particle, SimpleType, TypeDefinition } from '../model.ts'
import { attributesIn } from './attributes.ts'
import { anyType, simpleBuiltin } from './builtins.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { extended, narrowed } from './inherited.ts'
import { documentationOf } from './notes.ts'
import { particleIn } from './particles.ts'
import { quote } from './report.ts'
import { restricted, simpleTypeOf } from './simple-types.ts'

/** A complex type while it is made: others may refer to it already. */
export type Shell = { -readonly [K in keyof ComplexType]: ComplexType[K] }

interface Derivation {
  /** The extension or restriction. */
  readonly how: XmlElement
  readonly base: TypeDefinition
  readonly schema: ReadSchema
  readonly components: Components
}

/** A type without content, to be filled. */
export function shellOf(element: XmlElement, name?: XmlName): Shell {
  return {
    kind: 'complex',
    ...(name && { name }),
    abstract: isTrue(element, 'abstract'),
    mixed: isTrue(element, 'mixed'),
    derivation: 'restriction',
    base: anyType,
    attributes: [],
    content: { kind: 'empty' },
    ...documentationOf(element),
  }
}

/** Gives a shell its content, which its base must have by then. */
export function fill(shell: Shell, element: XmlElement, schema: ReadSchema, components: Components): void {
  const content = childNamed(element, 'simpleContent', 'complexContent')
  const how = content && childNamed(content, 'extension', 'restriction')
  if (how) {
    derive(shell, content, how, { schema, components })
    return
  }
  const { attributes, anyAttribute } = narrowed(anything, attributesIn(element, schema, components), element, components.report)
  shell.attributes = attributes
  if (anyAttribute) shell.anyAttribute = anyAttribute
  shell.content = contentOf(particleIn(element, schema, components))
}

const anything = { attributes: [], anyAttribute: { processContents: 'lax', allows: { kind: 'any' } } } as const

function derive(shell: Shell, content: XmlElement, how: XmlElement, { schema, components }: Omit<Derivation, 'how' | 'base'>): void {
  const base = components.base(how, attribute(how, 'base') ?? '', schema)
  const derivation: Derivation = { how, base, schema, components }
  shell.derivation = how.local === 'extension' ? 'extension' : 'restriction'
  shell.base = base
  if (attribute(content, 'mixed') !== undefined) shell.mixed = isTrue(content, 'mixed')
  inherit(shell, derivation)
  if (content.local === 'complexContent') shell.content = complexContent(shell, derivation)
  else {
    shell.mixed = false
    shell.content = simpleContent(shell, derivation)
  }
}

function inherit(shell: Shell, { how, base, schema, components }: Derivation): void {
  const said = attributesIn(how, schema, components)
  const inherited =
    base === anyType && shell.derivation === 'extension' ? { attributes: [] } : base.kind === 'complex' ? base : { attributes: [] }
  const combine = shell.derivation === 'extension' ? extended : narrowed
  const { attributes, anyAttribute } = combine(inherited, said, how, components.report)
  shell.attributes = attributes
  if (anyAttribute) shell.anyAttribute = anyAttribute
}

function simpleContent(shell: Shell, { how, base, schema, components }: Derivation): Content {
  const { report } = components
  const inner = childNamed(how, 'simpleType')
  const ofBase = simpleOf(base)
  const isMixed = base.kind === 'complex' && base.mixed && shell.derivation === 'restriction'
  const type = inner && (ofBase || isMixed) ? simpleTypeOf(inner, schema, components) : ofBase
  if (!type) {
    report.at(how, `the base ${quote(attribute(how, 'base') ?? '')} has no simple content`, 'Write complexContent.')
    return { kind: 'simple', type: simpleBuiltin('string') }
  }
  if (shell.derivation === 'extension') return { kind: 'simple', type }
  if (base.kind === 'simple') {
    report.at(
      how,
      `the base ${quote(attribute(how, 'base') ?? '')} is a simple type, which complex types only extend`,
      'Write extension, or simpleType.',
    )
  }
  return { kind: 'simple', type: restricted(how, type, components) }
}

function simpleOf(base: TypeDefinition): SimpleType | undefined {
  if (base.kind === 'simple') return base
  return base.content.kind === 'simple' ? base.content.type : undefined
}

function complexContent(shell: Shell, { how, base, schema, components }: Derivation): Content {
  const { report } = components
  const own = particleIn(how, schema, components)
  const named = quote(attribute(how, 'base') ?? '')
  if (base.kind === 'simple')
    report.at(how, `the base ${named} is a simple type; complexContent needs a complex one`, 'Write simpleContent.')
  if (base.kind === 'simple' || shell.derivation === 'restriction') return contentOf(own)
  if (base.content.kind === 'simple') {
    if (own) report.at(how, `the base ${named} has simple content, to which no elements can be added`)
    return base.content
  }
  const before = base.content.kind === 'elements' ? base.content.particle : undefined
  if (own && before && shell.mixed !== base.mixed) {
    const [one, other] = shell.mixed ? ['mixed', 'not'] : ['not mixed', 'mixed']
    report.at(
      how,
      `the extension is ${one}, but its base ${named} is ${other === 'not' ? 'not' : 'mixed'}`,
      'Make mixed= the same in both.',
    )
  }
  if (before) shell.mixed = base.mixed
  if (!own || !before) return contentOf(own ?? before)
  if (before.kind === 'all' || own.kind === 'all') {
    report.at(how, `xs:all cannot be part of an extension of ${named}: it may only be the whole content of a type`)
  }
  return { kind: 'elements', particle: { kind: 'sequence', min: 1, max: 1, particles: [before, own] } }
}

function contentOf(particle: Particle | undefined): Content {
  return particle ? { kind: 'elements', particle } : { kind: 'empty' }
}

function childNamed(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  return childElements(element).find(({ ns, local }) => ns === XSD && names.includes(local))
}

function isTrue(element: XmlElement, name: string): boolean {
  const text = attribute(element, name)?.trim()
  return text === 'true' || text === '1'
}
