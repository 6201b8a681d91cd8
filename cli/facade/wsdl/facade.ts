import { posix } from 'node:path'
import type { Wsdl } from '../../../adapters/soap/wsdl/model.ts'
import type { Project } from '../../../config/project.ts'
import type { Facade, FacadeFile } from '../facade.ts'
import { type ProjectWords, projectFiles } from '../project-file.ts'
import { copiesOf } from './copies.ts'
import { createFaults, type FacadeFault } from './faults.ts'
import { createFetch } from './fetched.ts'
import { withWsdl } from './load.ts'
import { notesOf } from './notes.ts'
import type { Operation } from './operation.ts'
import { faultFiles, operationFiles } from './operation-files.ts'
import { readOperations } from './operations.ts'
import { readme } from './readme.ts'
import { collectSources } from './sources.ts'
import { systemFile } from './system-file.ts'
import { systemsOf } from './systems.ts'
import { kebab } from './words.ts'

/** A REST facade of the service that a WSDL describes. Throws CommandError where the WSDL cannot be used, or asks for the network and `fetch` is not set. */
export async function facadeOfWsdl(file: string, { fetch }: { readonly fetch: boolean }): Promise<Facade> {
  const sources = await collectSources(file, fetch ? createFetch() : undefined)
  const schemas = copiesOf(sources)
  return withWsdl(schemas, (project, wsdl) => written(project, wsdl, schemas))
}

function wordsOf({ file }: Wsdl): ProjectWords {
  return {
    comment: [
      `# A REST facade of the SOAP service that ${file} describes. Start it, with the service played by its stand-in:`,
      '#',
      '#   waybill run --stand-ins',
      '',
    ],
    asked: 'where callers ask; /openapi.json says what there is',
  }
}

function written(project: Project, wsdl: Wsdl, schemas: readonly FacadeFile[]): Facade {
  const name = kebab(posix.parse(wsdl.file).name, 'service')
  const systems = systemsOf(wsdl, name)
  const operations = readOperations(project, wsdl, systems)
  const faultOf = createFaults(operations)
  const faultsOf = new Map(operations.map(operation => [operation, operation.faults.map(faultOf)]))
  const faults = new Set([...faultsOf.values()].flat())
  const notes = notesOf(wsdl, systems, operations)
  const of = (operation: Operation): readonly FacadeFault[] => faultsOf.get(operation) ?? []
  const title = wsdl.ports[0]?.service ?? name
  return {
    files: [
      ...projectFiles(name, wordsOf(wsdl)),
      { path: 'README.md', text: readme({ title, wsdl: wsdl.file, systems, operations, notes }) },
      ...systems.map(system => {
        const own = operations.filter(operation => operation.system === system.name)
        return { path: `systems/${system.name}.yaml`, text: systemFile({ system, wsdl: wsdl.file, operations: own, faultsOf: of }) }
      }),
      ...operations.flatMap(operation => operationFiles(operation, of(operation))),
      ...[...faults].flatMap(faultFiles),
      ...schemas,
    ],
    notes,
  }
}
