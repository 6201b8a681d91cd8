import { modelFiles } from '../config/files.ts'
import type { Project } from '../config/project.ts'
import { loadLibxml2 } from './libxml2/library.ts'

const NEEDS_LIBXML2 = /\.xsd$|\bxpath\s*\(/i

/** Loads what only some projects need and cannot be had at once: libxml2, for those that name an XSD (also as a model) or ask xpath(). To be awaited before a project's routes are compiled; cheap when it is there already. */
export async function prepareTransformers({
  dir,
  routes,
  systems,
  mappings,
}: Pick<Project, 'dir' | 'routes' | 'systems' | 'mappings'>): Promise<void> {
  const models = new Set([...modelFiles(dir)].flatMap(([name, file]) => (file.endsWith('.xsd') ? [name] : [])))
  const rules = Object.values(mappings).map(mapping => mapping.rules)
  if ([routes, systems, rules].some(value => needsLibxml2(value, models))) await loadLibxml2()
}

function needsLibxml2(value: unknown, models: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return NEEDS_LIBXML2.test(value) || models.has(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(inner => needsLibxml2(inner, models))
}
