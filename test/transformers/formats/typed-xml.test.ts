import { join } from 'node:path'
import { expect } from 'chai'
import type { Path } from '../../../config/faults.ts'
import type { RouteConfig } from '../../../config/project.ts'
import type { Format, Formats } from '../../../transformers/format.ts'
import { xml } from '../../../transformers/formats/xml.ts'
import { root } from '../../support/root.ts'
import { codeOf } from '../code-of.ts'
import { projectOf, type Told } from '../project.ts'

const DIR = join(root, 'test/fixtures/xsd')
const SYSTEM: Path = ['systems', 's', 'format', 'xml']

interface Made {
  readonly formats: Formats | undefined
  readonly told: readonly Told[]
}

function make(value: unknown, path: Path = SYSTEM, beside?: string): Made {
  const { project, told } = projectOf({ dir: DIR })
  const schema = beside === undefined ? {} : { schema: { file: beside, path: ['routes', 'r', 'from', 0, 'schema'] } }
  return { formats: xml.create(value, { project, path, ...schema }), told }
}

function requestOf({ formats, told }: Made): Format {
  if (!formats) throw new Error(told.map(({ message }) => message).join('\n'))
  return formats.request
}

function read(format: Format, text: string): unknown {
  return format.read({ body: Buffer.from(text), contentType: 'application/xml', meta: {} })
}

const FLAG = '<?xml version="1.0" encoding="UTF-8"?>\n<veh:flag xmlns:veh="urn:fixtures:vehicles">red</veh:flag>'

describe('XML with a schema', () => {
  it('has a body by the type of its root, and the JSON Schema of that', () => {
    const format = requestOf(make({ schema: 'tree.xsd' }))
    expect(read(format, '<t:Tree xmlns:t="urn:fixtures:tree"><name>a</name><value>1.00</value></t:Tree>')).to.have.property('name', 'a')
    expect(format.schema).to.have.nested.property('$defs.Node.properties.name')
    expect(format.contentType).to.equal('application/xml')
  })

  it('is written as a document', () => {
    const format = requestOf(make({ schema: 'vehicles.xsd', element: 'flag' }))
    expect(Buffer.from(format.write('red')).toString()).to.equal(FLAG)
    expect(read(format, FLAG)).to.equal('red')
  })

  it('takes the schema that stands beside the format', () => {
    expect(requestOf(make({}, ['routes', 'r', 'from', 0, 'format', 'xml'], 'tree.xsd')).schema).to.not.equal(undefined)
  })

  it('is read with any root that the schema declares where none is named, and then not written', () => {
    const format = requestOf(make({}, ['routes', 'r', 'from', 0, 'format', 'xml'], 'vehicles.xsd'))
    expect(read(format, FLAG)).to.equal('red')
    expect(read(format, '<veh:van xmlns:veh="urn:fixtures:vehicles"><veh:plate>x</veh:plate></veh:van>')).to.deep.equal({ plate: 'x' })
    expect(codeOf(() => read(format, '<veh:bus xmlns:veh="urn:fixtures:vehicles"/>'))).to.match(
      /^SCHEMA_INVALID: the root element {urn:fixtures:vehicles}bus is not declared/,
    )
    expect(codeOf(() => format.write('red'))).to.match(/^MAPPING_FAILED: .*`element`/)
  })

  it('is refused with the place where it does not fit', () => {
    const format = requestOf(make({ schema: 'vehicles.xsd', element: 'flag' }))
    expect(codeOf(() => read(format, FLAG.replaceAll('flag', 'van')))).to.match(
      /^SCHEMA_INVALID: line 2, column 1: \/veh:van: the element is .*van; expected .*flag/,
    )
    expect(codeOf(() => read(format, '<veh:flag'))).to.match(/^NOT_READABLE: line 1/)
  })

  const faults: readonly [name: string, value: unknown, expected: string][] = [
    ['a system that does not say which of several elements is written', { schema: 'vehicles.xsd' }, 'MISSING systems.s.format.xml'],
    ['an element that is not declared', { schema: 'vehicles.xsd', element: 'flagg' }, 'UNKNOWN_NAME systems.s.format.xml.element'],
    ['a reply that is not declared', { schema: 'vehicles.xsd', element: 'flag', reply: 'x' }, 'UNKNOWN_NAME systems.s.format.xml.reply'],
    ['what is for XML without a schema', { schema: 'tree.xsd', many: ['/a/b'] }, 'CONFLICT systems.s.format.xml.many'],
  ]
  for (const [name, value, expected] of faults) {
    it(`tells as a fault of the config: ${name}`, () => {
      const { formats, told } = make(value)
      expect(formats).to.equal(undefined)
      expect(told.map(({ code, path }) => `${code} ${path.join('.')}`)).to.deep.equal([expected])
    })
  }

  it('tells as a fault of the config: a route that replies, and does not say with which of several elements', () => {
    const { project, told } = projectOf({ dir: DIR })
    const routes = { r: { reply: { withinMs: 1, late: 'drop' } } as unknown as RouteConfig }
    expect(
      xml.create({ schema: 'vehicles.xsd' }, { project: { ...project, routes }, path: ['routes', 'r', 'from', 0, 'format', 'xml'] }),
    ).to.equal(undefined)
    expect(told.map(({ message }) => message).join()).to.match(/vehicles.xsd declares \d+ elements, and nothing says which is written/)
  })
})
