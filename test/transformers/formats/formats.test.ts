import { expect } from 'chai'
import type { Format, Formats } from '../../../transformers/format.ts'
import { formats } from '../../../transformers/formats/registry.ts'
import { codeOf } from '../code-of.ts'
import { projectOf } from '../project.ts'

function made(kind: string, value: unknown = {}): Formats {
  const { project, told } = projectOf({})
  const found = formats[kind]?.create(value, { project, path: ['systems', 's', 'format', kind] })
  if (!found) throw new Error(told.map(({ message }) => message).join('\n'))
  return found
}

function read(format: Format, text: string, contentType = format.contentType): unknown {
  return format.read({ body: Buffer.from(text), contentType, meta: {} })
}

function write(format: Format, body: unknown): string {
  return Buffer.from(format.write(body)).toString()
}

describe('the formats of bodies', () => {
  it('are known by the name that they bear in YAML', () => {
    for (const [name, kind] of Object.entries(formats)) expect(kind.name).to.equal(name)
  })

  const takes: readonly [kind: string, type: string, taken: boolean][] = [
    ['json', 'application/json', true],
    ['json', 'application/vnd.shop+json', true],
    ['json', 'application/xml', false],
    ['json', 'text/json-like', false],
    ['xml', 'application/xml', true],
    ['xml', 'text/xml', true],
    ['xml', 'application/vnd.shop+xml', true],
    ['xml', 'application/json', false],
    ['xml', 'application/xml-dtd', false],
    ['csv', 'text/csv', true],
    ['csv', 'application/csv', true],
    ['csv', 'text/plain', false],
    ['lines', 'text/plain', true],
    ['lines', 'text/csv', false],
    ['bytes', 'application/octet-stream', true],
    ['bytes', 'application/xml', true],
  ]
  for (const [kind, type, taken] of takes) {
    it(`${kind} ${taken ? 'reads' : 'does not read'} ${type}`, () => {
      expect(made(kind).request.takes(type)).to.equal(taken)
    })
  }
})

describe('bytes', () => {
  const { request } = made('bytes')

  it('are passed on untouched', () => {
    const body = Buffer.from([0, 255])
    expect(request.read({ body, contentType: '', meta: {} })).to.equal(body)
    expect(request.write(body)).to.equal(body)
  })

  it('are not written from a body that a transformer made', () => {
    expect(codeOf(() => request.write({ a: 1 }))).to.match(/^MAPPING_FAILED: the format is bytes/)
  })
})

describe('JSON', () => {
  const { request } = made('json')

  it('comes out as it went in', () => {
    expect(write(request, read(request, '{"a":[1,12345678901234567890]}'))).to.equal('{"a":[1,12345678901234567890]}')
  })

  it('that is none is refused', () => {
    expect(codeOf(() => read(request, '{'))).to.match(/^NOT_READABLE: line 1, column 2/)
  })
})

describe('XML without a schema', () => {
  it('is texts by the names of its elements', () => {
    const { request } = made('xml', { many: ['/Order/Line'], prefixes: { o: 'urn:o' } })
    const text = '<?xml version="1.0" encoding="UTF-8"?>\n<Order id="007" xmlns:o="urn:o"><Line>1.00</Line><o:Note></o:Note></Order>'
    const body = read(request, text)
    expect(body).to.deep.equal({ Order: { '@id': '007', Line: ['1.00'], 'o:Note': '' } })
    expect(read(request, write(request, body))).to.deep.equal(body)
  })

  it('is read in the charset that the content type names', () => {
    const { request } = made('xml')
    expect(
      request.read({ body: Buffer.from('<a>\u00e9</a>', 'latin1'), contentType: 'text/xml; charset=iso-8859-1', meta: {} }),
    ).to.deep.equal({ a: '\u00e9' })
  })

  it('loses nothing that it was not told it may', () => {
    const text = '<a><!-- c -->x</a>'
    expect(codeOf(() => read(made('xml').request, text))).to.match(/^NOT_READABLE: .*comments/)
    expect(read(made('xml', { lossy: ['comments'] }).request, text)).to.deep.equal({ a: 'x' })
  })

  it('has no elements to name', () => {
    const { project, told } = projectOf({})
    expect(formats.xml?.create({ element: 'Order' }, { project, path: ['systems', 's', 'format', 'xml'] })).to.equal(undefined)
    expect(told.map(({ code, path }) => [code, path.at(-1)])).to.deep.equal([['CONFLICT', 'element']])
  })
})
