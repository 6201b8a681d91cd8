import type { Wsdl } from '../../../adapters/soap/wsdl/model.ts'
import type { Project } from '../../../config/project.ts'
import { createEndpoints } from './endpoint.ts'
import { type Operation, readOperation } from './operation.ts'
import type { FacadeSystem } from './systems.ts'
import { createNames, kebab } from './words.ts'

/** The operations of the systems, each with its name and its endpoint; never two alike. */
export function readOperations(project: Project, wsdl: Wsdl, systems: readonly FacadeSystem[]): readonly Operation[] {
  const endpointOf = createEndpoints()
  const free = createNames()
  return systems.flatMap(({ name: system, calls }) =>
    calls.flatMap(({ port, operation: described }) => {
      const read = readOperation(project, wsdl, port, described)
      if (!read) return []
      const { values, ...operation } = read
      const endpoint = endpointOf({ operation: described.name, plain: described.output && values })
      const inUrl = endpoint.verb === 'GET' || endpoint.verb === 'DELETE'
      return [{ ...operation, system, endpoint, name: free(kebab(described.name, 'operation')), plain: inUrl ? values : undefined }]
    }),
  )
}
