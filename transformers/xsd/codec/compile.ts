import { clark, XML, XSD } from '../../xml/events.ts'
import { createPlainXml, type PlainXml } from '../../xml/plain.ts'
import type { AttributeUse, ComplexType, ElementDeclaration, SchemaSet, SimpleType, TypeDefinition } from '../model.ts'
import { compileContent } from './content.ts'
import { createNamespaces, type Namespaces } from './names.ts'
import type { AttributePlan, ElementPlan, TypePlan } from './plan.ts'
import { createSimpleCodec, type SimpleCodec } from './simple.ts'

/** Compiles what a schema set declares; each element and type once. */
export interface Compiler {
  readonly set: SchemaSet
  readonly namespaces: Namespaces
  /** For xs:anyType. */
  readonly plain: PlainXml
  element(declaration: ElementDeclaration): ElementPlan
  type(definition: TypeDefinition): TypePlan
}

const compilers = new WeakMap<SchemaSet, Compiler>()

/** The one compiler of a schema set, whose tables all codecs of the set share. */
export function compilerOf(set: SchemaSet): Compiler {
  const known = compilers.get(set)
  if (known) return known
  const made = createCompiler(set)
  compilers.set(set, made)
  return made
}

function createCompiler(set: SchemaSet): Compiler {
  const namespaces = createNamespaces(set)
  const elements = new Map<ElementDeclaration, ElementPlan>()
  const types = new Map<TypeDefinition, TypePlan>()
  const simples = new Map<SimpleType, SimpleCodec>()
  const waiting: TypePlan[] = []

  function simple(type: SimpleType): SimpleCodec {
    const codec = simples.get(type) ?? createSimpleCodec(type)
    simples.set(type, codec)
    return codec
  }

  function element(declaration: ElementDeclaration): ElementPlan {
    const plan = elements.get(declaration) ?? elementPlan(declaration, namespaces, type(declaration.type))
    elements.set(declaration, plan)
    return plan
  }

  function type(definition: TypeDefinition): TypePlan {
    const known = types.get(definition)
    if (known) return known
    const plan = emptyPlan(definition)
    types.set(definition, plan)
    waiting.push(plan)
    return plan
  }

  /** One after another instead of within one another: types may be nested deeper than calls. */
  function settle<T>(made: T): T {
    for (let plan = waiting.pop(); plan; plan = waiting.pop()) fill(plan, { set, namespaces, simple, element })
    return made
  }

  return {
    set,
    namespaces,
    plain: plainOf(set, namespaces),
    element: declaration => settle(element(declaration)),
    type: definition => settle(type(definition)),
  }
}

interface Filling {
  readonly set: SchemaSet
  readonly namespaces: Namespaces
  simple(type: SimpleType): SimpleCodec
  element(declaration: ElementDeclaration): ElementPlan
}

function elementPlan(declaration: ElementDeclaration, namespaces: Namespaces, type: TypePlan): ElementPlan {
  const { name, nillable, fixed } = declaration
  return {
    declaration,
    name,
    tag: namespaces.tagOf(name.ns, name.local),
    space: namespaces.spaceOf(name.ns),
    nillable,
    type,
    preset: fixed ?? declaration.default,
    fixed: fixed !== undefined,
  }
}

function fill(plan: TypePlan, filling: Filling): void {
  const { definition } = plan
  if (definition.kind === 'simple') plan.simple = filling.simple(definition)
  else if (plan.content !== 'any') fillComplex(plan, definition, filling)
}

function fillComplex(plan: TypePlan, { attributes, anyAttribute, content, mixed }: ComplexType, filling: Filling): void {
  const members = new Set<string>()
  const allowed = attributes.filter(({ prohibited }) => !prohibited)
  plan.attributes = allowed.map(use => attributePlan(use, members, filling))
  plan.byAttribute = new Map(plan.attributes.map(one => [clark(one.use.name), one]))
  plan.requiredAttributes = allowed.filter(({ required }) => required).length
  plan.anyAttribute = anyAttribute
  if (members.has('@type')) plan.typeMember = '@xsi:type'
  if (members.has('@nil')) plan.nilMember = '@xsi:nil'
  plan.wrapped = content.kind !== 'simple' || allowed.length > 0 || anyAttribute !== undefined
  if (content.kind === 'simple') plan.simple = filling.simple(content.type)
  else if (content.kind === 'elements') plan.model = compileContent(content.particle, mixed, filling)
  else if (mixed) plan.model = compileContent(NOTHING, true, filling)
}

function attributePlan(use: AttributeUse, members: Set<string>, { namespaces, simple }: Filling): AttributePlan {
  const { ns, local } = use.name
  const member = members.has(`@${local}`) ? `@{${ns}}${local}` : `@${local}`
  members.add(member)
  return { use, member, tag: namespaces.tagOf(ns, local), space: ns === XML ? -1 : namespaces.spaceOf(ns), simple: simple(use.type) }
}

const NOTHING = { kind: 'sequence', min: 1, max: 1, particles: [] } as const

function emptyPlan(definition: TypeDefinition): TypePlan {
  const complex = definition.kind === 'complex' ? definition : undefined
  const content = contentOf(definition)
  return {
    definition,
    label: definition.name?.local ?? 'an anonymous type',
    abstract: complex?.abstract ?? false,
    content,
    wrapped: false,
    simple: undefined,
    attributes: [],
    byAttribute: new Map(),
    requiredAttributes: 0,
    anyAttribute: undefined,
    typeMember: content === 'any' ? '@xsi:type' : '@type',
    nilMember: content === 'any' ? '@xsi:nil' : '@nil',
    mixed: complex?.mixed ?? false,
    model: undefined,
  }
}

function contentOf(definition: TypeDefinition): TypePlan['content'] {
  if (definition.kind === 'simple') return 'text'
  if (definition.name?.ns === XSD && definition.name.local === 'anyType') return 'any'
  if (definition.content.kind === 'simple') return 'text'
  return definition.content.kind === 'elements' || definition.mixed ? 'elements' : 'empty'
}

/** xs:anyType is XML without a schema, names in the set's own namespaces with their prefixes. */
function plainOf(set: SchemaSet, namespaces: Namespaces): PlainXml {
  const own = set.documents.map(({ targetNamespace }) => targetNamespace).filter(ns => ns !== '')
  const prefixes = Object.fromEntries(own.map(ns => [namespaces.prefix(namespaces.spaceOf(ns)), ns]))
  return createPlainXml({ prefixes, lossy: ['comments', 'instructions'] })
}
