import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { clark, XSD } from '../../xml/events.ts'
import type { Particle } from '../model.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { qnameOf, unknown } from './symbols.ts'
import { wildcardOf } from './wildcards.ts'

const COMPOSITORS = new Set(['sequence', 'choice', 'all'])
const TERMS = new Set([...COMPOSITORS, 'group', 'element', 'any'])
/** Where a bound is so high, counting would only cost. */
const COUNTED = 10_000

/** The particle among the children of a complexType, an extension or a restriction; undefined where there is none. */
export function particleIn(parent: XmlElement, schema: ReadSchema, components: Components): Particle | undefined {
  const found = childElements(parent).find(({ ns, local }) => ns === XSD && (COMPOSITORS.has(local) || local === 'group'))
  return found && particleOf(found, schema, components, [])
}

/** A particle; undefined where it may not occur at all, or is faulty. `within`: the groups that it stands in. */
function particleOf(element: XmlElement, schema: ReadSchema, components: Components, within: readonly string[]): Particle | undefined {
  const occurs = { min: Number(attribute(element, 'minOccurs') ?? 1), max: mostOf(attribute(element, 'maxOccurs')) }
  if (occurs.max === 0) return undefined
  if (Number.isNaN(occurs.min) || Number.isNaN(occurs.max) || occurs.min > occurs.max)
    components.report.at(
      element,
      `minOccurs and maxOccurs make no sense: ${attribute(element, 'minOccurs')}, ${attribute(element, 'maxOccurs')}`,
    )
  const { local } = element
  if (local === 'element') return { kind: 'element', ...occurs, element: components.element(element, schema) }
  if (local === 'any') return { kind: 'any', ...occurs, wildcard: wildcardOf(element, schema) }
  if (local === 'group') return grouped(element, { schema, components, within }, occurs)
  if (local === 'sequence' || local === 'choice' || local === 'all') {
    return { kind: local, ...occurs, particles: particlesOf(element, schema, components, within) }
  }
  return void components.report.at(element, `${local} cannot stand in a content model`)
}

function particlesOf(parent: XmlElement, schema: ReadSchema, components: Components, within: readonly string[]): readonly Particle[] {
  return childElements(parent)
    .filter(({ ns, local }) => ns === XSD && (TERMS.has(local) || local !== 'annotation'))
    .flatMap(element => particleOf(element, schema, components, within) ?? [])
}

interface Grouping {
  readonly schema: ReadSchema
  readonly components: Components
  readonly within: readonly string[]
}

function grouped(
  element: XmlElement,
  { schema, components, within }: Grouping,
  occurs: { min: number; max: number },
): Particle | undefined {
  const { report, symbols } = components
  const name = qnameOf(element, attribute(element, 'ref') ?? '', schema, report)
  if (!name) return undefined
  const key = clark(name)
  const found = symbols.group.get(key)
  if (!found) return void report.at(element, unknown('group', name, symbols.group.keys()))
  if (within.includes(key)) return void report.at(element, `the group ${key} contains itself`)
  const model = childElements(found.element).find(({ ns, local }) => ns === XSD && COMPOSITORS.has(local))
  const particle = model && particleOf(model, found.schema, components, [...within, key])
  return particle && { ...particle, ...occurs }
}

function mostOf(text: string | undefined): number {
  if (text === 'unbounded') return Number.POSITIVE_INFINITY
  const most = Number(text ?? 1)
  return most > COUNTED ? Number.POSITIVE_INFINITY : most
}
