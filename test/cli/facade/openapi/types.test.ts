import { join } from 'node:path'
import { expect } from 'chai'
import type { Facade } from '../../../../cli/facade/facade.ts'
import { facadeOfOpenapi } from '../../../../cli/facade/openapi/facade.ts'
import { removeProjects, writeProject } from '../../../support/gateway.ts'
import { root } from '../../../support/root.ts'
import { expectGood } from './good.ts'

/** A facade of one operation that takes and gives the schema. */
function facadeOf(schema: object, parts: object = {}): Promise<Facade> {
  const content = { 'application/json': { schema } }
  const put = { operationId: 'put', requestBody: { required: true, content }, responses: { 200: { description: 'Done', content } } }
  const document = {
    openapi: '3.1.0',
    info: { title: 'one', version: '1' },
    servers: [{ url: 'http://one.example' }],
    paths: { '/one': { put } },
    components: { schemas: parts },
  }
  return facadeOfOpenapi(join(writeProject({ 'one.json': JSON.stringify(document) }), 'one.json'))
}

function textOf({ files }: Facade, path: string): string {
  return String(files.find(file => file.path === path)?.text ?? '')
}

function expectGoodFacade({ files }: Facade): Promise<void> {
  return expectGood(writeProject(Object.fromEntries(files.map(({ path, text }) => [path, text]))))
}

const text = { type: 'string' }

describe('types of a SOAP facade', () => {
  after(removeProjects)

  it('are a choice where a discriminator, a constant or a required member tells which it is', async () => {
    const by = (first: object, second: object) => ({ type: 'object', required: ['by'], properties: { by: { oneOf: [first, second] } } })
    const made = [
      by({ $ref: '#/components/schemas/Card' }, { $ref: '#/components/schemas/Cash' }),
      by(
        { type: 'object', required: ['kind'], properties: { kind: { const: 'a' }, x: text } },
        { type: 'object', required: ['kind'], properties: { kind: { const: 'b' }, y: text } },
      ),
    ]
    const parts = {
      Card: { type: 'object', required: ['number'], properties: { number: text } },
      Cash: { type: 'object', required: ['till'], properties: { till: { type: 'integer' }, 'change-due': { type: 'number' } } },
    }
    for (const schema of made) {
      const facade = await facadeOf(schema, parts)
      expect(facade.notes).to.deep.equal([])
      expect(textOf(facade, 'schemas/one.wsdl')).to.contain('<xs:choice>')
      await expectGoodFacade(facade)
    }
  })

  it('have the members of all, optional, where nothing tells, and say so', async () => {
    const schema = {
      anyOf: [
        { type: 'object', properties: { a: text } },
        { type: 'object', properties: { a: text, b: text } },
      ],
    }
    const facade = await facadeOf(schema)
    expect(facade.notes.join()).to.match(/schema: members of all of the anyOf are optional here/)
    expect(textOf(facade, 'schemas/one.wsdl'))
      .to.contain('<xs:element name="b" type="xs:string" minOccurs="0"/>')
      .and.not.contain('xs:choice')
    await expectGoodFacade(facade)
  })

  it('leave room for what may be empty, and for what is required and not carried', async () => {
    const empty = { type: 'object', properties: { note: text } }
    const facade = await facadeOf({
      type: 'object',
      required: ['empty', 'free', 'any'],
      properties: { empty, free: { type: 'object' }, any: {} },
    })
    expect(textOf(facade, 'mappings/put-request.yaml')).to.contain('is: {}')
    await expectGoodFacade(facade)
  })

  it('contain themselves, and carry names that XML does not have', async () => {
    const Node = { type: 'object', required: ['name'], properties: { name: text, next: { $ref: '#/components/schemas/Node' } } }
    const facade = await facadeOf(
      {
        type: 'object',
        required: ['2 & 3'],
        properties: { '2 & 3': text, constructor: text, node: { $ref: '#/components/schemas/Node' } },
      },
      { Node },
    )
    expect(textOf(facade, 'schemas/one.wsdl'))
      .to.contain('<xs:element name="_2_3"')
      .and.contain('<xs:element name="next" type="tns:Node" minOccurs="0"/>')
    await expectGoodFacade(facade)
  })

  it('of several descriptions stand in one project', async () => {
    const made = await Promise.all(
      ['petstore.yaml', 'payments.yaml'].map(name => facadeOfOpenapi(join(root, 'test/fixtures/openapi', name))),
    )
    const paths = made.map(({ files }) =>
      files.map(({ path }) => path).filter(path => !['waybill.yaml', '.gitignore', 'README.md'].includes(path)),
    )
    expect(paths[0]?.filter(path => paths[1]?.includes(path))).to.deep.equal([])
  })
})
