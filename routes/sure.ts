import type { Project, RouteConfig } from '../config/project.ts'
import { isFile } from '../config/sample.ts'
import type { Extra } from '../expressions/scope.ts'

/** What of `meta` all messages have that the conditions of a route see. */
export function sureOf(project: Project, route: RouteConfig): readonly Extra[] {
  const { from } = originOf(project, route)
  const fromFiles = from.length > 0 && from.every(isFile)
  return [...(fromFiles ? (['file'] as const) : []), ...(route.split ? (['record'] as const) : [])]
}

/** Receipts have the file of the message that was split, on a route without sources. */
function originOf({ routes }: Project, route: RouteConfig): RouteConfig {
  if (route.from.length > 0) return route
  return Object.values(routes).find(({ done }) => done?.route === route.name) ?? route
}
