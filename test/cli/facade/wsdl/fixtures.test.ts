import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'
import { fixtures, folder } from '../../../fixtures/wsdl/fixtures.ts'
import { carried } from './carried.ts'
import { openApiIn } from './described.ts'
import { createFolder, type Folder } from './written.ts'

describe('a facade of a WSDL', () => {
  let place: Folder

  before(() => {
    place = createFolder()
  })
  after(() => place.remove())

  for (const { name, file, operations } of fixtures) {
    it(`has no faults, and its tests pass: ${name}`, async () => {
      const made = await place.waybill('facade', join(folder, file), '--to', file)
      expect([made.code, made.err]).to.deep.equal([0, ''])
      const checked = await place.waybill('check', file, '--stand-ins')
      expect(checked.code, checked.out).to.equal(0)
      const { code, out } = await place.waybill('test', file, '--json')
      expect(code, out).to.equal(0)
      expect(JSON.parse(out)).to.have.property('passed').that.is.at.least(operations.length)
    })

    it(`is described by a valid OpenAPI document: ${name}`, async () => {
      const document = openApiIn(join(place.dir, file))
      expect(Object.keys(document.paths)).to.have.length.above(1)
      const { valid, errors } = await new Validator().validate(structuredClone(document))
      expect(valid, JSON.stringify(errors)).to.equal(true)
    })

    it(`carries every value there and back: ${name}`, async () => {
      const { requests, answers } = await carried(file, join(place.dir, file), operations)
      for (const { wanted, came } of requests) expect(came).to.deep.equal(wanted)
      for (const { said, told } of answers) expect(told).to.deep.equal(said)
    })
  }
})
