import { fieldsOf } from '../../../config/value.ts'
import type { FacadeFile } from '../facade.ts'
import { pathOf, type Service, wsdlOf } from './service.ts'

/** How the project is used, which operations it has, and what it does not carry. */
export function readmeFile(service: Service, notes: readonly string[]): FacadeFile {
  const { operations, label, description } = service
  const [first] = operations
  const variable = label.toUpperCase().replaceAll('-', '_')
  const title = String(fieldsOf(description.root.value.info).title ?? label)
  const lines = [
    `# ${title} for callers by SOAP`,
    '',
    'Callers speak SOAP 1.1 or 1.2, the service speaks REST. Made by `waybill facade`; all of it is ordinary config, to be edited.',
    '',
    '```',
    'waybill check',
    'waybill test',
    'waybill run --stand-ins          # plays the service; without it, the real one is called',
    `curl 'http://127.0.0.1:8080${pathOf(service)}?wsdl'`,
    `curl -H 'Content-Type: text/xml' --data-binary @samples/${first?.label}.soap.xml http://127.0.0.1:8080${pathOf(service)}`,
    '```',
    '',
    `\`${variable}_URL\` says where the service is. The WSDL is \`${wsdlOf(service)}\`.`,
    '',
    '| Operation | REST | Faults |',
    '|---|---|---|',
    ...operations.map(
      ({ name, method, path, faults }) => `| ${name} | \`${method} ${path}\` | ${faults.map(fault => fault.name).join(', ')} |`,
    ),
    ...(notes.length > 0 ? ['', '## What it does not carry', '', ...notes.map(note => `- ${note}`)] : []),
  ]
  return { path: 'README.md', text: `${lines.join('\n')}\n` }
}
