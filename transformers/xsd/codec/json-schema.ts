import type { JsonSchema } from '../../../config/project.ts'
import { XSD } from '../../xml/events.ts'
import type { TypeDefinition } from '../model.ts'
import type { Compiler } from './compile.ts'
import { ANY, type ElementPlan, ITEMS, type Step, type TypePlan, VALUE } from './plan.ts'
import { simpleSchema } from './simple-schema.ts'

/** The JSON Schema (2020-12) of an element's body. Complex types with a name, and those that contain themselves, stand in $defs. */
export function jsonSchemaOf(compiler: Compiler, root: ElementPlan): JsonSchema {
  const making = new SchemaMaking(compiler)
  const schema = making.element(root)
  const defs = Object.fromEntries(making.defs)
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema, ...(making.defs.size > 0 && { $defs: defs }) }
}

type Members = Record<string, unknown>

interface Fields {
  readonly properties: Members
  readonly required: string[]
}

class SchemaMaking {
  readonly defs = new Map<string, JsonSchema>()
  private readonly compiler: Compiler
  private readonly names = new Map<unknown, string>()
  private readonly busy = new Set<TypePlan>()
  private readonly derived: ReadonlyMap<TypeDefinition, readonly TypeDefinition[]>

  constructor(compiler: Compiler) {
    this.compiler = compiler
    this.derived = derivedTypes(compiler)
  }

  element({ type, nillable, declaration }: ElementPlan): JsonSchema {
    const variants = this.variants(type, declaration.name.local)
    const all = nillable ? [...variants, { type: 'null' }, ...this.nilObject(type)] : variants
    const description = declaration.documentation
    const [only] = all
    return { ...(description !== undefined && { description }), ...(only && all.length === 1 ? only : { anyOf: all }) }
  }

  /** The declared type and the complex ones that xsi:type may name in its place; in the place of built-in types these are left out, since hardly anybody does that. */
  private variants(type: TypePlan, label: string): readonly JsonSchema[] {
    const own = type.abstract ? [] : [this.type(type, label)]
    const others = type.definition.name?.ns === XSD ? [] : this.descendants(type.definition)
    const plans = others.map(definition => this.compiler.type(definition)).filter(({ abstract }) => !abstract)
    return [...own, ...plans.map(plan => this.asNamed(plan))]
  }

  private descendants(definition: TypeDefinition): readonly TypeDefinition[] {
    const found = new Set<TypeDefinition>()
    const waiting = [definition]
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      for (const one of this.derived.get(next) ?? []) {
        if (found.has(one)) continue
        found.add(one)
        waiting.push(one)
      }
    }
    return [...found].filter(({ kind }) => kind === 'complex')
  }

  private type(plan: TypePlan, label: string): JsonSchema {
    if (plan.content === 'any') return {}
    if (!plan.wrapped && plan.simple) return simpleSchema(plan.simple.type)
    const known = this.names.get(plan)
    if (known !== undefined) return { $ref: `#/$defs/${known}` }
    if (plan.definition.name || this.busy.has(plan)) return this.define(plan, plan.definition.name?.local ?? label, () => this.object(plan))
    this.busy.add(plan)
    const schema = this.object(plan)
    this.busy.delete(plan)
    const name = this.names.get(plan)
    return name === undefined ? schema : { $ref: `#/$defs/${name}` }
  }

  /** As it stands where `@type` names it. */
  private asNamed(plan: TypePlan): JsonSchema {
    const { name } = plan.definition
    const key = plan.definition
    const known = this.names.get(key)
    if (known !== undefined) return { $ref: `#/$defs/${known}` }
    const labels = { enum: [name?.local, `{${name?.ns}}${name?.local}`] }
    return this.define(key, `${name?.local}-by-type`, () => this.object(plan, { [plan.typeMember]: labels }))
  }

  private define(key: unknown, wanted: string, make: () => JsonSchema): JsonSchema {
    let name = wanted
    for (let number = 2; this.defs.has(name); number++) name = `${wanted}-${number}`
    this.names.set(key, name)
    this.defs.set(name, {})
    this.defs.set(name, make())
    return { $ref: `#/$defs/${name}` }
  }

  private object(plan: TypePlan, first: Members = {}): JsonSchema {
    const fields: Fields = { properties: { ...first }, required: Object.keys(first) }
    this.attributes(plan, fields, true)
    if (plan.simple) {
      fields.properties[VALUE] = simpleSchema(plan.simple.type)
      fields.required.push(VALUE)
    }
    for (const step of plan.model?.steps ?? []) this.step(step, plan, fields, true)
    return { ...description(plan.definition), ...closed(fields, plan) }
  }

  private attributes({ attributes }: TypePlan, { properties, required }: Fields, areNeeded: boolean): void {
    for (const { member, use, simple } of attributes) {
      properties[member] = simpleSchema(simple.type)
      if (areNeeded && use.required && use.fixed === undefined) required.push(member)
    }
  }

  private step(step: Step, plan: TypePlan, fields: Fields, isNeeded: boolean): void {
    const { properties, required } = fields
    if ('steps' in step) {
      const areNeeded = isNeeded && step.kind !== 'choice' && !step.optional
      for (const inner of step.steps) this.step(inner, plan, fields, areNeeded)
      return
    }
    const [member = ''] = step.members
    const min = step.kind === 'items' ? Number(!step.top.nullable) : step.min
    if (isNeeded && min > 0 && !required.includes(member)) required.push(member)
    if (step.kind === 'items') properties[ITEMS] = { type: 'array', items: this.item(plan) }
    else if (step.kind === 'any') properties[ANY] = { type: 'array', items: { type: 'string' } }
    else if (step.child.list) define(properties, member, listOf(this.element(step.child.element), step))
    else define(properties, member, this.element(step.child.element))
  }

  private item({ model, mixed }: TypePlan): JsonSchema {
    const properties: Members = {}
    for (const child of model?.byMember.values() ?? []) if (child.ordered) define(properties, child.member, this.element(child.element))
    if (model?.hasAny) properties[ANY] = { type: 'string' }
    const object = { type: 'object', properties, minProperties: 1, maxProperties: 1, additionalProperties: false }
    return mixed ? { anyOf: [{ type: 'string' }, object] } : object
  }

  private nilObject(plan: TypePlan): readonly JsonSchema[] {
    if (plan.attributes.length === 0 && !plan.anyAttribute) return []
    const fields: Fields = { properties: { [plan.nilMember]: { const: true } }, required: [plan.nilMember] }
    this.attributes(plan, fields, true)
    return [closed(fields, plan)]
  }
}

function derivedTypes({ set }: Compiler): ReadonlyMap<TypeDefinition, readonly TypeDefinition[]> {
  const derived = new Map<TypeDefinition, TypeDefinition[]>()
  for (const type of set.types.values()) {
    if (!type.base) continue
    const same = derived.get(type.base)
    if (same) same.push(type)
    else derived.set(type.base, [type])
  }
  return derived
}

function closed({ properties, required }: Fields, { anyAttribute }: TypePlan): JsonSchema {
  const [plain, awkward] = [false, true].map(wanted => Object.entries(properties).filter(([name]) => isAwkward(name) === wanted))
  const needed = required.filter(name => !isAwkward(name))
  const patterns = [
    ...(anyAttribute ? [['^@', { type: 'string' }]] : []),
    ...(awkward ?? []).map(([name, schema]) => [`^${name}$`, schema]),
  ]
  return {
    type: 'object',
    properties: Object.fromEntries(plain ?? []),
    ...(needed.length > 0 && { required: needed }),
    ...(patterns.length > 0 && { patternProperties: Object.fromEntries(patterns) }),
    additionalProperties: false,
  }
}

/** Validators take what every object inherits for a member. */
function isAwkward(name: string): boolean {
  return name in {}
}

function listOf(items: JsonSchema, { min, max }: Step & { kind: 'element' }): JsonSchema {
  return { type: 'array', items, ...(min > 0 && { minItems: min }), ...(Number.isFinite(max) && { maxItems: max }) }
}

function description({ documentation }: TypeDefinition): JsonSchema {
  return documentation === undefined ? {} : { description: documentation }
}

/** Defines instead of assigning: a name may be __proto__. */
function define(properties: Members, member: string, value: unknown): void {
  Object.defineProperty(properties, member, { value, enumerable: true, configurable: true, writable: true })
}
