import { expect } from 'chai'
import { checkUnused } from '../../config/check-unused.ts'
import { load } from './temporary-project.ts'

const yaml = (names: string) => `waybill: 1
name: test
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0' }
systems: { s: { rest: { url: 'http://127.0.0.1:9' } } }
routes: { r: { from: { rest: POST /r }, transform: [{ map: m }], to: s } }
mappings: { m: { ${names}, rules: { a: body.a } } }
`

describe('what nothing uses', () => {
  const told = (names: string): readonly string[] => {
    const files = { 'waybill.yaml': yaml(names), 'models/order.xsd': '<a/>', 'models/parcel.schema.json': '{}' }
    let found: readonly string[] = []
    load(files, {}, project => {
      checkUnused(project)
      found = project.faults.list().map(({ message }) => message)
    })
    return found
  }

  it('is no model that a mapping names, with its element or alone', () => {
    expect(told('from: models/order.xsd#Order, to: parcel')).to.deep.equal([])
    expect(told('from: order#Order, to: models/parcel.schema.json')).to.deep.equal([])
  })

  it('is a model that no mapping names', () => {
    expect(told('from: order#Order')).to.deep.equal(['nothing uses model "parcel"'])
    expect(told('from: parcel')).to.deep.equal(['nothing uses model "order"'])
  })
})
