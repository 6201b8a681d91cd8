import type { Content, Particle } from '../model.ts'

/** True where the content may be without elements. */
export function isEmptiable(content: Content): boolean {
  return content.kind !== 'elements' || isOptional(content.particle)
}

function isOptional(particle: Particle): boolean {
  if (particle.min === 0) return true
  if (!('particles' in particle)) return false
  return particle.kind === 'choice' ? particle.particles.some(isOptional) : particle.particles.every(isOptional)
}
