import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOperations } from '../adapters/soap/operations.ts'
import { readRequest } from '../adapters/soap/request.ts'
import { operationNamed, readFixture } from '../test/adapters/soap/wsdl/project.ts'
import { enterprise, enterpriseWsdl } from '../test/fixtures/wsdl/enterprise.ts'
import { atExit } from './leftovers.ts'
import type { BenchProject } from './project.ts'

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'

/** What a SOAP source does with a call by a WSDL of so many operations: finds the operation, reads its type, writes its answer; the last one is called. */
export function soapCall(operations: number): () => unknown {
  const fixture = enterprise.operations[operations - 1]
  if (!fixture) throw new Error(`the WSDL has ${enterprise.operations.length} operations`)
  const wsdl = inFolder(operations, dir => readFixture(enterprise.file, dir))
  const served = createOperations(wsdl)
  const operation = served.get(fixture.name)
  if (!operation) throw new Error(`${fixture.name} is not served`)
  const payload = operation.input().write(fixture.input)
  const bytes = Buffer.from(`<e:Envelope xmlns:e="${ENVELOPE}"><e:Body>${payload}</e:Body></e:Envelope>`)
  const actions = { http: operationNamed(wsdl, fixture.name)?.soapAction }
  const reading = { operations: served, plain: never, raw: false, attachments: false }
  return () => {
    const request = readRequest(bytes, 'text/xml; charset=utf-8', reading, { head: () => actions })
    return [request.body, request.operation?.output()?.write(fixture.output)]
  }
}

function never(): never {
  throw new Error('there is a WSDL')
}

/** A project whose one source is a SOAP service by the WSDL of 2 MB. */
export function enterpriseProject(): BenchProject {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  const forget = atExit(remove)
  writeFileSync(join(dir, enterprise.file), enterpriseWsdl())
  writeFileSync(
    join(dir, 'waybill.yaml'),
    `waybill: 1
name: enterprise
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }
store: { path: data }
systems: { erp: { rest: { url: http://127.0.0.1:9/ } } }
routes: { documents: { from: { soap: /erp, wsdl: ${enterprise.file} }, to: erp } }
`,
  )
  return {
    dir,
    remove() {
      forget()
      remove()
    },
  }
}

function inFolder<T>(operations: number, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  try {
    writeFileSync(join(dir, enterprise.file), enterpriseWsdl(operations))
    return use(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}
