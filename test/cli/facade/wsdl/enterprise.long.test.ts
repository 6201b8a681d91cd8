import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { enterpriseWsdl } from '../../../fixtures/wsdl/enterprise.ts'
import { createFolder } from './written.ts'

describe('a facade of 200 operations in 2 MB', () => {
  it('has no faults, and its tests pass', async () => {
    const place = createFolder()
    writeFileSync(join(place.dir, 'erp.wsdl'), enterpriseWsdl())
    expect((await place.waybill('facade', 'erp.wsdl', '--to', 'erp')).code).to.equal(0)
    const { code, out } = await place.waybill('test', 'erp')
    expect(code, out).to.equal(0)
    expect(out).to.match(/erp: 400 tests passed/)
    await place.remove()
  })
})
