import { expect } from 'chai'
import { loadSchemas } from '../../../transformers/xsd/load.ts'
import { projectAt } from '../../adapters/soap/wsdl/project.ts'
import { temporaryFiles } from '../temporary-files.ts'

const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const xs = (inner: string, attributes = '') => `<xs:schema ${XS} ${attributes}>\n${inner}\n</xs:schema>`

/** A schema, and how the one fault that it has begins. */
const wrong: readonly { name: string; schema: string; fault: string }[] = [
  {
    name: 'an unknown type, with the nearest name',
    schema: xs('<xs:element name="a" type="xs:strng"/>'),
    fault: 'SCHEMA x.xsd:2:1 there is no type {http://www.w3.org/2001/XMLSchema}strng; did you mean "string"?',
  },
  {
    name: 'a prefix that is not declared',
    schema: xs('<xs:element name="a" type="t:b"/>'),
    fault: 'SCHEMA x.xsd:2:1 the prefix t of "t:b" is not declared',
  },
  {
    name: 'an unknown element',
    schema: xs('<xs:complexType name="t"><xs:sequence><xs:element ref="b"/></xs:sequence></xs:complexType>'),
    fault: 'SCHEMA x.xsd:2:39 there is no element b',
  },
  {
    name: 'an unknown group',
    schema: xs('<xs:complexType name="t"><xs:group ref="g"/></xs:complexType>'),
    fault: 'SCHEMA x.xsd:2:26 there is no group g',
  },
  {
    name: 'a group inside itself',
    schema: xs(
      '<xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence></xs:group><xs:complexType name="t"><xs:group ref="g"/></xs:complexType>',
    ),
    fault: 'SCHEMA x.xsd:2:33 the group g contains itself',
  },
  {
    name: 'a simple type made of itself',
    schema: xs('<xs:simpleType name="s"><xs:restriction base="s"/></xs:simpleType>'),
    fault: 'SCHEMA x.xsd:2:1 the type s is made of itself',
  },
  {
    name: 'a complex type derived from itself',
    schema: xs('<xs:complexType name="t"><xs:complexContent><xs:extension base="t"/></xs:complexContent></xs:complexType>'),
    fault: 'SCHEMA x.xsd:2:45 the type t is derived from itself',
  },
  {
    name: 'a pattern that is none',
    schema: xs('<xs:simpleType name="s"><xs:restriction base="xs:string"><xs:pattern value="[a"/></xs:restriction></xs:simpleType>'),
    fault: 'SCHEMA x.xsd:2:58 the pattern [a cannot be used',
  },
  {
    name: 'a file that is not there',
    schema: xs('<xs:include schemaLocation="y.xsd"/>'),
    fault: 'SCHEMA x.xsd:2:1 there is no file "y.xsd"',
  },
  {
    name: 'the network',
    schema: xs('<xs:import namespace="urn:y" schemaLocation="http://127.0.0.1:9/y.xsd"/>'),
    fault: 'SCHEMA x.xsd:2:1 schemaLocation "http://127.0.0.1:9/y.xsd" is on the network',
  },
  {
    name: 'a file outside the project',
    schema: xs('<xs:include schemaLocation="../../y.xsd"/>'),
    fault: 'SCHEMA x.xsd:2:1 "../../y.xsd" is not in the project',
  },
  { name: 'what is no XML', schema: '<xs:schema', fault: 'SCHEMA x.xsd:1:' },
  { name: 'another document', schema: '<a/>', fault: 'SCHEMA x.xsd:1:1 the root is a; expected is schema' },
  {
    name: 'a substitution for nothing',
    schema: xs('<xs:element name="a" type="xs:string" substitutionGroup="b"/>'),
    fault: 'SCHEMA x.xsd:2:1 there is no element b',
  },
]

describe('a schema that is wrong', () => {
  const dir = temporaryFiles(Object.fromEntries(wrong.map(({ schema }, index) => [`${index}/x.xsd`, schema])))
  for (const [index, { name, fault }] of wrong.entries())
    it(`is told with its place: ${name}`, () => {
      const { project, faults } = projectAt(`${dir}/${index}`)
      expect(loadSchemas(project, 'x.xsd', [])).to.equal(undefined)
      expect(faults).to.have.length(1)
      expect(faults[0]?.slice(0, fault.length)).to.equal(fault)
    })
})

describe('the schemas of a project', () => {
  const dir = temporaryFiles({
    'a.xsd': xs(
      '<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:include schemaLocation="no-namespace.xsd"/><xs:element name="root" type="Shared" xmlns="urn:a"/>',
      'targetNamespace="urn:a"',
    ),
    'b.xsd': xs(
      '<xs:import namespace="urn:a" schemaLocation="a.xsd"/><xs:include schemaLocation="no-namespace.xsd"/>',
      'targetNamespace="urn:b"',
    ),
    'no-namespace.xsd': xs(
      '<xs:complexType name="Shared"><xs:sequence><xs:element name="again" type="Shared" minOccurs="0"/><xs:group ref="Nested" minOccurs="0"/></xs:sequence></xs:complexType>' +
        '<xs:group name="Nested"><xs:sequence><xs:element name="inner"><xs:complexType><xs:group ref="Nested" minOccurs="0"/></xs:complexType></xs:element></xs:sequence></xs:group>',
    ),
  })

  it('may import in circles; a chameleon takes the namespace of each that includes it; types may contain themselves', () => {
    const { project, faults } = projectAt(dir)
    const set = loadSchemas(project, 'a.xsd', [])
    expect(faults).to.deep.equal([])
    const [a, b] = [set?.types.get('{urn:a}Shared'), set?.types.get('{urn:b}Shared')]
    expect([a?.kind, b?.kind, a === b]).to.deep.equal(['complex', 'complex', false])
    expect(set?.elements.get('{urn:a}root')?.type).to.equal(a)
    expect(set?.documents.map(({ file }) => file)).to.deep.equal(['a.xsd', 'b.xsd', 'no-namespace.xsd'])
  })
})
