import { writeWsdl } from '../../../adapters/soap/wsdl/write.ts'
import { fieldsOf } from '../../../config/value.ts'
import { CommandError, exit } from '../../command.ts'
import type { Facade, FacadeFile } from '../facade.ts'
import { projectFiles } from '../project-file.ts'
import { kebab, sentence } from '../wsdl/words.ts'
import { detailFiles, mappingFiles, routeFile, sampleFiles, testFile, yamlText } from './config-files.ts'
import { readDescription } from './document.ts'
import { createFaultNames } from './fault-answers.ts'
import { pascal, xmlName } from './names.ts'
import { operationsOf } from './operations.ts'
import { readmeFile } from './readme.ts'
import { refusalsOf } from './refusals.ts'
import { createSchemaFiles } from './schema-files.ts'
import { pathOf, type Service, wsdlOf } from './service.ts'
import { createShapes } from './shapes.ts'
import { systemFile } from './system.ts'
import { detailElement, responseElement, schemaText } from './xsd.ts'

/** A project in which callers by SOAP 1.1 and 1.2 reach the REST API that an OpenAPI description (3.0, 3.1) describes. Throws CommandError (usage) where the file is none, or nothing of it can be carried. */
export async function facadeOfOpenapi(file: string): Promise<Facade> {
  const notes = new Set<string>()
  const service = serviceOf(file, text => void notes.add(text))
  const { operations, schemas, label } = service
  if (operations.length === 0) throw new CommandError(exit.usage, [`${file} has no operation that can be carried`, ...notes].join('\n'))
  const refusals = operations.map(refusalsOf)
  const parts = operations.flatMap((operation, index): readonly FacadeFile[] => {
    const own = refusals[index] ?? []
    return [
      routeFile(operation, service),
      ...mappingFiles(operation, service),
      testFile(operation, own, service),
      ...sampleFiles(operation, own, service),
    ]
  })
  const files = [
    ...projectFiles(label),
    { path: `systems/${label}.yaml`, text: yamlText(systemFile(service, refusals.flat())) },
    { path: wsdlOf(service), text: wsdlText(service) },
    ...parts,
    ...detailFiles(service),
    ...[...schemas.files()].map(([path, schema]) => ({ path, text: `${JSON.stringify(schema, null, 2)}\n` })),
  ]
  return { files: [...files, readmeFile(service, [...notes])], notes: [...notes] }
}

function serviceOf(file: string, note: (text: string) => void): Service {
  const description = readDescription(file)
  const shapes = createShapes({ description, note })
  const operations = operationsOf({ description, shapes, note, faultNames: createFaultNames() })
  const title = String(fieldsOf(description.root.value.info).title ?? 'service')
  const label = kebab(title, 'service')
  const name = xmlName(pascal(title), 'Service')
  return { description, name, label, namespace: `urn:${label}`, operations, schemas: createSchemaFiles(description, label), note }
}

function wsdlText(service: Service): string {
  const { name, namespace, operations, description } = service
  const { description: text, title } = fieldsOf(description.root.value.info)
  const documentation = sentence(typeof text === 'string' ? text : String(title ?? ''))
  return writeWsdl({
    name,
    namespace,
    ...(documentation !== undefined && { documentation }),
    address: `http://127.0.0.1:8080${pathOf(service)}`,
    schema: schemaText(operations, namespace),
    operations: operations.map(operation => ({
      name: operation.name,
      ...(operation.summary !== undefined && { documentation: operation.summary }),
      input: operation.name,
      output: responseElement(operation),
      faults: operation.faults.map(fault => ({ name: fault.name, element: detailElement(fault.name) })),
    })),
  })
}
