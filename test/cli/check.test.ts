import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { main } from '../../cli/main.ts'
import { removeProjects, writeProject } from '../support/gateway.ts'
import { root } from '../support/root.ts'
import { recorder } from './terminal.ts'

const PROJECT = `waybill: 1
name: left
systems: { plant: { soap: { wsdl: telemetry.wsdl } } }
routes: { readings: { from: { rest: POST /readings }, to: plant.Report } }
`

/** As its owner might have it: an operation that is made of the service's own messages. */
const WSDL = readFileSync(join(root, 'test/fixtures/wsdl/one-way.wsdl'), 'utf8').replace(
  '<wsdl:input message="tns:RaiseInput"/>',
  '<wsdl:output message="tns:RaiseInput"/>',
)

describe('waybill check, of a WSDL with parts that the gateway does not do', () => {
  after(removeProjects)

  async function check(project: string, ...args: string[]): Promise<{ code: number; out: string }> {
    const terminal = recorder(writeProject({ 'waybill.yaml': project, 'telemetry.wsdl': WSDL }))
    const code = await main(['check', ...args], terminal)
    return { code, out: terminal.printed.join('\n') }
  }

  it('warns with file and line, and finds no fault', async () => {
    const { code, out } = await check(PROJECT)
    expect(out).to.match(
      /^telemetry\.wsdl:38:5 warning: operation "Raise" is a notification, .*\n1 warning in 1 file\nNo faults: left has /,
    )
    expect(code).to.equal(0)
  })

  it('tells programs of faults and warnings apart', async () => {
    const { code, out } = await check(PROJECT, '--json')
    const told: unknown = JSON.parse(out)
    expect(told).to.have.property('faults').that.deep.equals([])
    expect(told).to.have.nested.property('warnings[0]').that.deep.includes({ code: 'LEFT_OUT', file: 'telemetry.wsdl', line: 38 })
    expect(code).to.equal(0)
  })

  it('has a fault where a route needs what is left out', async () => {
    const { code, out } = await check(PROJECT.replace('plant.Report', 'plant.Raise'))
    expect(out).to.match(/waybill\.yaml:3:\d+ telemetry\.wsdl:38:5 operation "Raise" is a notification/)
    expect(out).to.match(/1 fault in 1 file\n1 warning in 1 file$/)
    expect(code).to.equal(1)
  })
})
