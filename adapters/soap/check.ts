import { suggestion } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import type { SourceBinding } from '../adapter.ts'
import { keysOf, type SoapSite, sourcesOf } from './site.ts'
import { soapSource } from './source-options.ts'

/** Checks what a source says against its WSDL and against the other sources of its path; false where it adds faults to the project. */
export function checkSource(binding: SourceBinding, site: SoapSite, project: Project): boolean {
  const before = project.faults.count
  checkOperation(binding, site, project)
  checkReceipt(binding, site, project)
  checkSiblings(binding, project)
  return project.faults.count === before
}

function checkOperation({ source }: SourceBinding, { operations }: SoapSite, { faults }: Project): void {
  const { operation, wsdl } = keysOf(source)
  if (operation === undefined || !operations || operations.get(operation)) return
  faults.add(
    'UNKNOWN_NAME',
    [...source.path, 'operation'],
    `${wsdl} has no operation "${operation}"${suggestion(operation, operations.names)}`,
  )
}

function checkReceipt({ source, route }: SourceBinding, { operations }: SoapSite, { faults }: Project): void {
  const { receipt, operation } = keysOf(source)
  if (receipt === undefined) return
  const path = [...source.path, 'receipt']
  if (route.reply?.late === 'drop')
    faults.add('CONFLICT', path, 'the route has `reply` without `late: keep`: its caller gets the answer of the target, never a receipt', {
      atKey: true,
    })
  else if (operation !== undefined && operations?.get(operation)?.described.output === undefined)
    faults.add('CONFLICT', path, `operation ${operation} has no response that could be made of a receipt`, { atKey: true })
}

/** What differs between sources of one path is told at the later one. */
function checkSiblings({ source, route }: SourceBinding, project: Project): void {
  const { path } = soapSource(source.options)
  const all = sourcesOf(project, path)
  const own = all.findIndex(other => other.source === source)
  const others = all.slice(0, Math.max(own, 0))
  const { operation, wsdl } = keysOf(source)
  for (const other of others) {
    const where = `route "${other.route.name}" takes the same path ${path}`
    const keys = keysOf(other.source)
    if (keys.wsdl !== wsdl)
      project.faults.add('CONFLICT', source.path, `${where} with another WSDL (${keys.wsdl ?? 'none'} and ${wsdl ?? 'none'})`)
    else if (keys.operation === operation)
      project.faults.add(
        'CONFLICT',
        source.path,
        `${where} and the same ${operation === undefined ? 'operations' : `operation ${operation}`} as route "${route.name}"`,
      )
    if (typeof source.options === 'object' && typeof other.source.options === 'object' && !isSame(source.options, other.source.options))
      project.faults.add(
        'CONFLICT',
        [...source.path, 'soap'],
        `${where} with other options; write them at one source of the path, they hold for all`,
      )
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
