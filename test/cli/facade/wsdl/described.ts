import type { SourceBinding } from '../../../../adapters/adapter.ts'
import { adapters } from '../../../../adapters/registry.ts'
import { openApiOf } from '../../../../adapters/rest/openapi/document.ts'
import { loadProject } from '../../../../config/load.ts'
import { fieldsOf } from '../../../../config/value.ts'
import { sourceFormats } from '../../../../routes/formats.ts'
import { formats } from '../../../../transformers/formats/registry.ts'
import { transformers } from '../../../../transformers/registry.ts'

/** The document that the project in the folder serves as /openapi.json. */
export function openApiIn(dir: string) {
  const project = loadProject(dir, { adapters, transformers, formats, environment: {} })
  const sources: SourceBinding[] = Object.values(project.routes).flatMap(route =>
    route.from.map((source, index) => ({ route, index, source })),
  )
  const document = openApiOf(sources, { project, formats: ({ route, index }) => sourceFormats(project, route, index) })
  return { ...document, paths: fieldsOf(document.paths) }
}
