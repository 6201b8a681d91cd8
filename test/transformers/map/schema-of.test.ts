import { expect } from 'chai'
import { schemaOf } from '../../../transformers/map/schema-of.ts'
import { compileMapping } from '../../../transformers/map.ts'
import { contentOf, projectOf } from '../project.ts'
import { temporaryFiles } from '../temporary-files.ts'

const orderXsd = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o" elementFormDefault="qualified" xmlns="urn:o">
<xs:complexType name="Line"><xs:sequence><xs:element name="sku" type="xs:string"/><xs:element name="pieces" type="xs:int"/></xs:sequence></xs:complexType>
<xs:element name="Order"><xs:complexType><xs:sequence><xs:element name="id" type="xs:string"/><xs:element name="total" type="xs:decimal"/>
<xs:element name="line" type="Line" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`
const two = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/><xs:element name="b" type="xs:int"/></xs:schema>'
const good = {
  id: 'body.id',
  total: 'body.total * 2',
  line: { each: 'body.line', as: 'line', rules: { sku: 'line.sku', pieces: 'line.pieces' } },
}
const path = ['mappings', 'm', 'from']

describe('a mapping by XSD', () => {
  const dir = temporaryFiles({
    'schemas/order.xsd': orderXsd,
    'schemas/two.xsd': two,
    'schemas/broken.xsd': two.replace('xs:int', 'xs:itn'),
    'schemas/none.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>',
    'models/parcel.xsd': two,
  })
  const compiled = (from: string, to: string, rules: Readonly<Record<string, unknown>>) => {
    const { project, told } = projectOf({ dir, mappings: { m: { from, to, rules } } })
    return { mapping: compileMapping(project, 'm'), told: told.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`) }
  }

  it('makes the body of one element out of that of another', () => {
    const { mapping, told } = compiled('schemas/order.xsd', 'schemas/order.xsd#Order', good)
    expect(told).to.deep.equal([])
    const body = { id: '007', total: 12, line: [{ sku: 'A', pieces: 1 }] }
    expect(mapping?.apply(contentOf(body))).to.deep.equal({ ...body, total: 24 })
  })

  const order = 'schemas/order.xsd'
  const { total: _total, ...withoutTotal } = good
  const misfits: readonly [name: string, rules: Readonly<Record<string, unknown>>, told: RegExp][] = [
    ['a field that the source lacks', { ...good, id: 'body.it' }, /^rules\.id: .*\bit\b/],
    [
      'a field that the target lacks',
      { ...good, totl: 'body.total' },
      /^rules\.totl: schemas\/order\.xsd has no field "totl"; did you mean "total"/,
    ],
    [
      'a field of a list that the target lacks',
      { ...good, line: { ...good.line, rules: { skuu: 'line.sku' } } },
      /^rules\.line\.rules.*"skuu"/,
    ],
    ['a required field without a rule', withoutTotal, /^rules: no rule for "total", which schemas\/order\.xsd requires/],
    [
      'a text where a number belongs',
      { ...good, total: 'body.id' },
      /^rules\.total: the rule yields text, but "total" of schemas\/order\.xsd is a number/,
    ],
  ]
  for (const [name, rules, says] of misfits) {
    it(`tells ${name}`, () => {
      const { mapping, told } = compiled(order, order, rules)
      expect(mapping).to.equal(undefined)
      expect(told[0]).to.match(says)
    })
  }

  const cases: readonly [name: string, says: string | RegExp][] = [
    ['schemas/two.xsd', 'schemas/two.xsd declares 2 elements, of which one is to be named, such as schemas/two.xsd#a (known: a, b)'],
    ['schemas/order.xsd#Ordr', 'schemas/order.xsd: no element "Ordr" is declared globally; did you mean "Order"? (known: Order)'],
    ['schemas/none.xsd', 'schemas/none.xsd declares no element globally'],
    ['schemas/broken.xsd#b', /^schemas\/broken\.xsd:1:\d+ there is no type .*itn/],
    ['schemas/ordr.xsd#Order', /there is no file "schemas\/ordr\.xsd"/],
    ['schemas/x.wsdl#Order', "schemas/x.wsdl is a WSDL; a mapping's types are a JSON Schema or an XSD"],
  ]
  for (const [name, says] of cases) {
    it(`tells what is wrong with ${name}, at the place that names it`, () => {
      const { project, told } = projectOf({ dir })
      expect(schemaOf(project, name, path)).to.equal(undefined)
      expect(told.map(({ path }) => path)).to.deep.equal([path])
      if (typeof says === 'string') expect(told[0]?.message).to.equal(says)
      else expect(told[0]?.message).to.match(says)
    })
  }

  it('finds a model by its name, and gives the same schema each time', () => {
    const { project, told } = projectOf({ dir })
    const schema = schemaOf(project, 'parcel#b', path)
    expect(schema).to.deep.include({ type: 'integer' })
    expect(schemaOf(project, 'models/parcel.xsd#b', path)).to.equal(schema)
    expect(told).to.deep.equal([])
  })
})
