import { fieldsOf, listOf } from '../../../config/value.ts'
import type { Located } from './document.ts'
import { createXmlNames, xmlName } from './names.ts'
import type { Branch, ChoiceShape, ObjectShape, Shape } from './shape.ts'

/** One of what oneOf or anyOf lists. */
export interface Option {
  readonly schema: Located
  readonly ref: unknown
  readonly shape: Shape
}

/** Fills the choice with a branch for each option; undefined where a body does not tell them apart. */
export function choiceOf(schema: Located, options: readonly Option[], choice: Shape): ChoiceShape | undefined {
  if (choice.kind !== 'choice') return undefined
  const names = createXmlNames()
  const objects = options.flatMap(({ shape }) => (shape.kind === 'object' ? [shape] : []))
  const branches = options.flatMap((option, index): Branch[] => {
    const { shape } = option
    const test =
      shape.kind === 'object' ? (byDiscriminator(schema, option) ?? byConstant(shape, objects) ?? byMember(shape, objects)) : undefined
    if (shape.kind !== 'object' || !test) return []
    return [{ xml: names(xmlName(shape.name ?? nameOf(option) ?? '', `option${index + 1}`)), shape, test }]
  })
  if (branches.length < options.length) return undefined
  choice.branches.push(...branches)
  return choice
}

function nameOf({ ref, schema }: Option): string | undefined {
  if (typeof ref === 'string') return ref.replace(/^.*[/#]/, '')
  return typeof schema.value.title === 'string' ? schema.value.title : undefined
}

/** OpenAPI 3: the value is that of the mapping, else the schema's name. */
function byDiscriminator({ value }: Located, { ref }: Option): Branch['test'] | undefined {
  const { propertyName, mapping } = fieldsOf(value.discriminator)
  if (typeof propertyName !== 'string' || typeof ref !== 'string') return undefined
  const name = ref.replace(/^.*\//, '')
  const mapped = Object.entries(fieldsOf(mapping)).find(([, target]) => target === ref || target === name)
  return { member: propertyName, value: mapped?.[0] ?? name }
}

/** A member that can have one value only, another in each option. */
function byConstant(shape: ObjectShape, all: readonly ObjectShape[]): Branch['test'] | undefined {
  for (const { json, shape: of, required } of shape.members) {
    if (!required || of.kind !== 'scalar' || of.other !== undefined || !of.facets.every(facet => facet.startsWith('<xs:enumeration')))
      continue
    if (of.facets.length !== 1) continue
    const others = all.filter(one => one !== shape).map(one => one.members.find(member => member.json === json)?.shape)
    if (others.every(other => other?.kind === 'scalar' && other.sample !== of.sample)) return { member: json, value: of.sample }
  }
  return undefined
}

/** A member that it always has, and no other option. */
function byMember(shape: ObjectShape, all: readonly ObjectShape[]): Branch['test'] | undefined {
  const others = listOf(all).length > 0 ? all.filter(one => one !== shape) : []
  const own = shape.members.find(({ json, required }) => required && !others.some(one => one.members.some(member => member.json === json)))
  return own && { member: own.json }
}
