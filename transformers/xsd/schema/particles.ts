import { attribute, childElements, type XmlElement } from '../../xml/document.ts'
import { XSD } from '../../xml/events.ts'
import type { Particle } from '../model.ts'
import type { Components } from './components.ts'
import type { ReadSchema } from './documents.ts'
import { labelOf } from './report.ts'
import type { GlobalComponent } from './symbols.ts'
import { wildcardOf } from './wildcards.ts'

const COMPOSITORS = new Set(['sequence', 'choice', 'all'])
const TERMS = new Set([...COMPOSITORS, 'group', 'element', 'any'])
/** Groups that refer to groups twice each stand for a number of elements that doubles at each step. */
const MOST = 50_000

interface Occurs {
  readonly min: number
  readonly max: number
}

/** The particle among the children of a complexType, an extension or a restriction; undefined where there is none, or it is empty. */
export function particleIn(parent: XmlElement, schema: ReadSchema, components: Components): Particle | undefined {
  const found = childElements(parent).find(({ ns, local }) => ns === XSD && (COMPOSITORS.has(local) || local === 'group'))
  const particle = found && particleOf(found, schema, components)
  if (!found || !particle) return undefined
  if (particle.kind === 'all' && particle.max > 1) {
    components.report.at(found, `${labelOf(found)}: xs:all may occur once at most, but maxOccurs says otherwise`)
  }
  if (sizeOf(particle) > MOST) {
    components.report.at(found, `${labelOf(found)} stands for more than ${MOST} elements once all groups are put in place`)
    return undefined
  }
  return isEmpty(particle) ? undefined : particle
}

/** The model group of an xs:group. */
export function groupParticle({ element, schema }: GlobalComponent, components: Components): Particle | undefined {
  const model = childElements(element).find(({ ns, local }) => ns === XSD && COMPOSITORS.has(local))
  return model && particleOf(model, schema, components)
}

function isEmpty(particle: Particle): boolean {
  return 'particles' in particle && particle.particles.length === 0
}

/** A particle; undefined where it may not occur at all, or is faulty. */
function particleOf(element: XmlElement, schema: ReadSchema, components: Components): Particle | undefined {
  const occurs = occursOf(element)
  if (occurs.min > occurs.max) {
    components.report.at(element, `${labelOf(element)}: minOccurs ${occurs.min} is above maxOccurs ${occurs.max}`)
  }
  if (occurs.max === 0) return undefined
  return components.deeper(element, () => termOf(element, occurs, schema, components))
}

function termOf(element: XmlElement, occurs: Occurs, schema: ReadSchema, components: Components): Particle | undefined {
  const { local } = element
  if (local === 'any') return { kind: 'any', ...occurs, wildcard: wildcardOf(element, schema) }
  if (local === 'group') {
    const found = components.find('group', element, attribute(element, 'ref') ?? '', schema)
    const particle = found && components.group(found, element)
    return particle && { ...particle, ...occurs }
  }
  if (local === 'sequence' || local === 'choice' || local === 'all') {
    return { kind: local, ...occurs, particles: particlesOf(element, schema, components) }
  }
  const declaration = components.element(element, schema)
  return declaration && { kind: 'element', ...occurs, element: declaration }
}

function particlesOf(parent: XmlElement, schema: ReadSchema, components: Components): readonly Particle[] {
  return childElements(parent).flatMap(element => {
    if (element.ns !== XSD || !TERMS.has(element.local)) return []
    const particle = particleOf(element, schema, components)
    if (particle?.kind === 'all') {
      components.report.at(element, `${labelOf(element)} is an xs:all, which may only be the whole content of a type`)
    } else if (particle && parent.local === 'all' && particle.max > 1) {
      components.report.at(element, `${labelOf(element)} is in xs:all, where maxOccurs is 1 at most`)
    }
    return particle ?? []
  })
}

const sizes = new WeakMap<object, number>()

/** How many particles it is, groups counted at each place. */
function sizeOf(particle: Particle): number {
  if (!('particles' in particle)) return 1
  const known = sizes.get(particle.particles)
  if (known !== undefined) return known
  const size = particle.particles.reduce((sum, inner) => sum + sizeOf(inner), 1)
  sizes.set(particle.particles, size)
  return size
}

function occursOf(element: XmlElement): Occurs {
  const most = attribute(element, 'maxOccurs')?.trim()
  return { min: Number(attribute(element, 'minOccurs') ?? 1), max: most === 'unbounded' ? Number.POSITIVE_INFINITY : Number(most ?? 1) }
}
