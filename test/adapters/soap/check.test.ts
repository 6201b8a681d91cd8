import { expect } from 'chai'
import { compileProject } from '../../../routes/compile.ts'
import { load } from '../../config/temporary-project.ts'
import { wsdl } from './soap-source.ts'

/** The faults of a project with these sources, each of a route of its own. */
function faultsOf(...sources: readonly string[]): string[] {
  const routes = sources.map((source, index) => `  r${index}:\n    from: ${source}\n    to: target\n`).join('')
  const yaml = `waybill: 1\nname: soap\nsystems: { target: { rest: { url: 'http://127.0.0.1:9' } } }\nroutes:\n${routes}`
  const found: string[] = []
  load(
    { 'waybill.yaml': yaml, 'a.wsdl': wsdl('document-wrapped.wsdl'), 'b.wsdl': wsdl('faults.wsdl'), 'bad.wsdl': '<definitions/>' },
    {},
    project => {
      compileProject(project)
      found.push(...project.faults.list().map(({ code, line, message }) => `${code} ${line}: ${message}`))
    },
  )
  return found
}

describe('the check of SOAP sources', () => {
  const rows = [
    {
      name: 'an unknown operation',
      sources: ['{ soap: /a, wsdl: a.wsdl, operation: PlaceOrders }'],
      says: /^UNKNOWN_NAME 6: a\.wsdl has no operation "PlaceOrders"; did you mean "PlaceOrder"\?/,
    },
    { name: 'a WSDL that is none', sources: ['{ soap: /a, wsdl: bad.wsdl }'], says: /bad\.wsdl/ },
    { name: 'a WSDL that is missing', sources: ['{ soap: /a, wsdl: none.wsdl }'], says: /none\.wsdl/ },
    {
      name: 'two WSDLs on a path',
      sources: ['{ soap: /a, wsdl: a.wsdl, operation: PlaceOrder }', '{ soap: /a, wsdl: b.wsdl, operation: Debit }'],
      says: /^CONFLICT 9: route "r0" takes the same path \/a with another WSDL/,
    },
    {
      name: 'options that differ on a path',
      sources: [
        '{ soap: { path: /a, maxBody: 1KB }, wsdl: a.wsdl, operation: PlaceOrder }',
        '{ soap: { path: /a, maxBody: 2KB }, wsdl: a.wsdl, operation: CancelOrder }',
      ],
      says: /with other options/,
    },
    {
      name: 'an operation that is taken twice, beside others',
      sources: [
        '{ soap: /a, wsdl: a.wsdl, operation: PlaceOrder }',
        '{ soap: /a, wsdl: a.wsdl }',
        '{ soap: /b, wsdl: a.wsdl, operation: PlaceOrder }',
        '{ soap: /a, wsdl: a.wsdl, operation: PlaceOrder }',
      ],
      says: /^CONFLICT 15: route "r0" takes the same path \/a and the same operation PlaceOrder as route "r3"[^\n]*$/,
    },
    {
      name: 'a mapping of receipts that is not there',
      sources: ['{ soap: /a, wsdl: a.wsdl, operation: PlaceOrder, receipt: x }'],
      says: /unknown mapping "x"/,
    },
  ]
  for (const { name, sources, says } of rows)
    it(`finds ${name}`, () => {
      expect(faultsOf(...sources).join('\n')).to.match(says)
    })

  it('finds nothing in sources that share a path', () => {
    expect(
      faultsOf('{ soap: /a, wsdl: a.wsdl, operation: PlaceOrder }', '{ soap: { path: /a, maxBody: 2KB }, wsdl: a.wsdl }'),
    ).to.deep.equal([])
  })
})
