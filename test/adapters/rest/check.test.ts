import { expect } from 'chai'
import { adapters } from '../../../adapters/registry.ts'
import { openApiOf } from '../../../adapters/rest/openapi/document.ts'
import { checkNames } from '../../../config/check-names.ts'
import { sourceFormats } from '../../../routes/formats.ts'
import { load } from '../../config/temporary-project.ts'

const yaml = (route: string) => `waybill: 1
name: forms
systems: { target: { rest: 'http://127.0.0.1:9' } }
routes:
  forms:
    to: target
${route}`

describe('the check of sources of forms', () => {
  function faultsOf(route: string): string[] {
    const project = load({ 'waybill.yaml': yaml(route) })
    checkNames(project, { adapters })
    return project.faults.list().map(({ code, message }) => `${code}: ${message}`)
  }
  const rows: Readonly<Record<string, readonly [route: string, faults: readonly string[]]>> = {
    'takes one that is well': ['    from: { rest: { path: /forms, multipart: true, maxBody: 5GB }, format: bytes }\n', []],
    'knows a GET, which brings no form': [
      '    from: { rest: { path: /forms, method: GET, multipart: true }, format: bytes }\n',
      ['CONFLICT: a GET brings no form'],
    ],
    'knows a route with a reply, which has no receipts': [
      '    from: { rest: { path: /forms, multipart: true }, format: bytes }\n    reply: { within: 5s }\n',
      ['CONFLICT: the route has `reply`, and a form of files is answered with receipts'],
    ],
  }
  for (const [what, [route, faults]] of Object.entries(rows)) {
    it(what, () => {
      expect(faultsOf(route)).to.deep.equal(faults)
    })
  }

  it('is followed by a description that says multipart/form-data', () => {
    load({ 'waybill.yaml': yaml('    from: { rest: { path: /forms, multipart: true }, format: bytes }\n') }, {}, project => {
      const [route] = Object.values(project.routes)
      const [source] = route?.from ?? []
      if (!route || !source) return expect.fail('no route')
      const document = openApiOf([{ route, source, index: 0 }], { project, formats: () => sourceFormats(project, route, 0) })
      const schema = { type: 'object', properties: { file: { type: 'string', format: 'binary' } } }
      expect(document).to.have.deep.nested.property('paths./forms.post.requestBody.content', { 'multipart/form-data': { schema } })
    })
  })
})
