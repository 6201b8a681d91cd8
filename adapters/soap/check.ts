import { suggestion } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import type { SourceBinding } from '../adapter.ts'
import { type Earlier, earlierOf } from './earlier.ts'
import { keysOf, type SoapSite } from './site.ts'
import { soapSource } from './source-options.ts'

/** Checks what a source says against its WSDL and against the other sources of its path; false where it adds faults to the project. */
export function checkSource(binding: SourceBinding, site: SoapSite, project: Project): boolean {
  const before = project.faults.count
  checkOperation(binding, site, project)
  checkReceipt(binding, site, project)
  const earlier = earlierOf(binding.source, project)
  if (earlier) checkSiblings(binding, project, earlier)
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
function checkSiblings({ source, route }: SourceBinding, { faults }: Project, { any, same, written }: Earlier): void {
  const { path } = soapSource(source.options)
  const { operation, wsdl } = keysOf(source)
  const takenBy = (other: SourceBinding): string => `route "${other.route.name}" takes the same path ${path}`
  const first = any && keysOf(any.source)
  if (any && first?.wsdl !== wsdl)
    faults.add('CONFLICT', source.path, `${takenBy(any)} with another WSDL (${first?.wsdl ?? 'none'} and ${wsdl ?? 'none'})`)
  if (same) {
    const what = operation === undefined ? 'operations' : `operation ${operation}`
    faults.add('CONFLICT', source.path, `${takenBy(same)} and the same ${what} as route "${route.name}"`)
  }
  if (written && !isSame(source.options, written.source.options)) {
    const message = `${takenBy(written)} with other options; write them at one source of the path, they hold for all`
    faults.add('CONFLICT', [...source.path, 'soap'], message)
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
