import type { Project } from '../config/project.ts'
import { loadLibxml2 } from './libxml2/library.ts'

const NEEDS_LIBXML2 = /\.xsd$|\bxpath\s*\(/i

/** Loads what only some projects need and cannot be had at once: libxml2, for those that name an XSD or ask xpath(). To be awaited before a project's routes are compiled; cheap when it is there already. */
export async function prepareTransformers({ routes, systems, mappings }: Pick<Project, 'routes' | 'systems' | 'mappings'>): Promise<void> {
  const rules = Object.values(mappings).map(mapping => mapping.rules)
  if ([routes, systems, rules].some(needsLibxml2)) await loadLibxml2()
}

function needsLibxml2(value: unknown): boolean {
  if (typeof value === 'string') return NEEDS_LIBXML2.test(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(needsLibxml2)
}
