import { expect } from 'chai'
import type { Adapter } from '../../adapters/adapter.ts'
import { adapters as real } from '../../adapters/registry.ts'
import { checkNames } from '../../config/check-names.ts'
import { load, START } from './temporary-project.ts'

/** Speaks REST, and knows operations by itself. */
function knowing(operations: readonly string[] | undefined): Readonly<Record<string, Adapter>> {
  const { rest } = real
  if (!rest?.system) return real
  const lay = (under: unknown, over: unknown) => ({ under, over })
  return { ...real, rest: { ...rest, system: { ...rest.system, lay, operations: () => operations } } }
}

const PROJECT = `${START}routes:\n  orders:\n    from: { rest: POST /orders }\n    to: warehouse.`

describe("operations that only a system's description knows", () => {
  it('are there where a route names them, with the options that the adapter lays', () => {
    const project = load({ 'waybill.yaml': `${PROJECT}Reserve\n` }, {}, () => {}, knowing(['Reserve', 'Release']))
    expect(Object.keys(project.systems.warehouse?.operations ?? {})).to.deep.equal(['Reserve'])
    expect(project.systems.warehouse?.operations.Reserve?.options).to.deep.equal({ under: 'http://127.0.0.1:9001', over: 'Reserve' })
    checkNames(project, { adapters: knowing(['Reserve']) })
    expect(project.faults.list()).to.deep.equal([])
  })

  it('are told where a route names none of them', () => {
    const adapters = knowing(['Reserve', 'Release'])
    const project = load({ 'waybill.yaml': `${PROJECT}Resreve\n` }, {}, () => {}, adapters)
    checkNames(project, { adapters })
    expect(project.faults.list().map(({ message }) => message)).to.deep.equal([
      'unknown operation "Resreve" of system "warehouse"; did you mean "Reserve"? (known: Release, Reserve)',
    ])
  })

  it('are not missed where the description cannot be read', () => {
    const adapters = knowing(undefined)
    const project = load({ 'waybill.yaml': `${PROJECT}Reserve\n` }, {}, () => {}, adapters)
    checkNames(project, { adapters })
    expect(project.faults.list()).to.deep.equal([])
  })
})
