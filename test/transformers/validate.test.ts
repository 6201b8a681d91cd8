import { expect } from 'chai'
import { GatewayError } from '../../gateway/errors.ts'
import { transformers } from '../../transformers/registry.ts'
import { contentOf, projectOf } from './project.ts'

const schemas = { 'x.json': { type: 'object', required: ['a'] } }
const path = ['routes', 'x', 'transform', 0, 'validate']

describe('the registry of transformers', () => {
  it('names each kind by its own name', () => {
    for (const [name, kind] of Object.entries(transformers)) expect(kind.name).to.equal(name)
  })
})

describe('the validate step', () => {
  for (const value of ['x.json', { schema: 'x.json' }]) {
    it(`is written ${JSON.stringify(value)}`, () => {
      const made = transformers.validate?.create(value, { project: projectOf({ schemas }).project, path })
      const content = contentOf({ a: 1 })
      expect(made?.transform(content)).to.equal(content)
      expect(() => made?.transform(contentOf({}))).to.throw(GatewayError, 'x.json')
      expect(made?.output).to.deep.include(schemas['x.json'])
    })
  }

  it('tells a file that is not there at its place', () => {
    const { project, told } = projectOf({ schemas })
    expect(transformers.validate?.create({ schema: 'y.json' }, { project, path })).to.equal(undefined)
    expect(told[0]).to.deep.include({ code: 'FILE', path: [...path, 'schema'] })
  })
})

describe('the map step', () => {
  const mappings = { m: { to: 'x.json', rules: { a: 'body.x' } } }

  it('makes a new body, and knows its schema', () => {
    const { project } = projectOf({ schemas: { 'x.json': { ...schemas['x.json'], properties: { a: {} } } }, mappings })
    const made = transformers.map?.create('m', { project, path })
    const before = contentOf({ x: 1 })
    expect(made?.transform(before)).to.deep.include({ body: { a: 1 }, contentType: 'application/json' })
    expect(before.body).to.deep.equal({ x: 1 })
    expect(made?.output).to.deep.include({ required: ['a'] })
  })

  it('tells an unknown mapping with the nearest name', () => {
    const { project, told } = projectOf({ mappings: { 'order-to-x': { rules: {} } } })
    expect(transformers.map?.create('ordr-to-x', { project, path })).to.equal(undefined)
    expect(told[0]).to.deep.include({ code: 'UNKNOWN_NAME', path })
    expect(told[0]?.message).to.contain('did you mean "order-to-x"?')
  })
})
