import { expect } from 'chai'
import { type Files, libxml2, load, schema } from './schemas.ts'

interface Case {
  readonly name: string
  readonly files: Files
  /** Where the fault begins, and what its text says. */
  readonly fault: readonly [start: string, ...says: readonly string[]]
  /** libxml2 takes the schema. */
  readonly lenient?: true
}

/** A case of one schema whose content begins on line 2. */
function wrong(name: string, content: string, ...fault: Case['fault']): Case {
  return { name, files: { 'a.xsd': schema(content) }, fault }
}

function lenient(...[name, content, ...fault]: Parameters<typeof wrong>): Case {
  return { ...wrong(name, content, ...fault), lenient: true }
}

const simple = (content: string): string => `<xs:simpleType name="T">${content}</xs:simpleType>`
const restricted = (base: string, facets: string): string => simple(`<xs:restriction base="xs:${base}">${facets}</xs:restriction>`)
const complex = (content: string, attributes = ''): string => `<xs:complexType name="T"${attributes}>${content}</xs:complexType>`
const element = '<xs:element name="e" type="xs:string"/>'

const references: readonly Case[] = [
  wrong(
    'a type that is not there',
    '<xs:simpleType name="Colour"><xs:restriction base="xs:string"/></xs:simpleType>\n<xs:element name="a" type="t:Color"/>',
    'a.xsd:3:1',
    'Color',
    'did you mean "Colour"?',
  ),
  wrong('a built-in type that is not there', '<xs:element name="a" type="xs:strng"/>', 'a.xsd:2:1', 'strng', 'did you mean "string"?'),
  wrong('a prefix that is not declared', '<xs:element name="a" type="q:Color"/>', 'a.xsd:2:1', 'prefix', 'q'),
  wrong(
    'an element that is not there',
    `${element}${complex('<xs:sequence>\n<xs:element ref="t:f"/></xs:sequence>')}`,
    'a.xsd:3:1',
    'element',
    'f',
  ),
  wrong('an attribute that is not there', complex('\n<xs:attribute ref="t:f"/>'), 'a.xsd:3:1', 'attribute', 'f'),
  wrong('a group that is not there', complex('\n<xs:group ref="t:f"/>'), 'a.xsd:3:1', 'group', 'f'),
  wrong('an attribute group that is not there', complex('\n<xs:attributeGroup ref="t:f"/>'), 'a.xsd:3:1', 'attributeGroup', 'f'),
  wrong('a head that is not there', '<xs:element name="a" substitutionGroup="t:b"/>', 'a.xsd:2:1', 'b'),
  wrong('a base that is not there', complex('<xs:complexContent>\n<xs:extension base="t:B"/></xs:complexContent>'), 'a.xsd:3:1', 'B'),
  wrong('a complex type in the place of a simple one', `${complex('')}<xs:attribute name="a" type="t:T"/>`, 'a.xsd:2:', 'complex'),
  wrong('a namespace that is not imported', '<xs:element name="a" type="o:T" xmlns:o="urn:o"/>', 'a.xsd:2:1', 'urn:o'),
  {
    name: 'a namespace that only another file imports',
    files: {
      'a.xsd': schema('<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:import namespace="urn:c" schemaLocation="c.xsd"/>'),
      'b.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b">\n<xs:element name="b" type="c:C" xmlns:c="urn:c"/></xs:schema>',
      'c.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:c"><xs:simpleType name="C"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>',
    },
    fault: ['b.xsd:2:1', 'urn:c', 'import'],
  },
]

const files: Case[] = [
  { name: 'a file that is not there', files: { 'a.xsd': schema('<xs:include schemaLocation="bb.xsd"/>') }, fault: ['a.xsd:2:1', 'bb.xsd'] },
  {
    name: 'an import from the network',
    files: {
      'a.xsd': schema(
        '<xs:import namespace="urn:o" schemaLocation="http://o.example/o.xsd"/><xs:element name="a" type="o:T" xmlns:o="urn:o"/>',
      ),
    },
    fault: ['a.xsd:2:', 'o'],
  },
  {
    name: "a file outside the project's folder",
    files: { 'a.xsd': schema('<xs:include schemaLocation="../b.xsd"/>') },
    fault: ['a.xsd:2:1', 'b.xsd'],
  },
  {
    name: 'XML that is not well-formed',
    files: { 'a.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<xs:element></xs:schema>' },
    fault: ['a.xsd:2:'],
  },
  { name: 'a DOCTYPE', files: { 'a.xsd': `<!DOCTYPE a>\n${schema('')}` }, fault: ['a.xsd:1:', 'DOCTYPE'], lenient: true },
  { name: 'another root', files: { 'a.xsd': '<a/>' }, fault: ['a.xsd:1:1', 'schema'] },
  {
    name: 'an include of another namespace',
    files: {
      'a.xsd': schema('<xs:include schemaLocation="b.xsd"/>'),
      'b.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b"/>',
    },
    fault: ['a.xsd:2:1', 'urn:b'],
  },
  {
    name: 'an import of another namespace',
    files: {
      'a.xsd': schema('<xs:import namespace="urn:c" schemaLocation="b.xsd"/>'),
      'b.xsd': '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b"/>',
    },
    fault: ['a.xsd:2:1', 'urn:b'],
    lenient: true,
  },
  { name: 'an import of its own namespace', files: { 'a.xsd': schema('<xs:import namespace="urn:t"/>') }, fault: ['a.xsd:2:1', 'urn:t'] },
  {
    name: 'a component that two files declare',
    files: { 'a.xsd': schema(`<xs:include schemaLocation="b.xsd"/>\n${element}`), 'b.xsd': schema(element, 'id="b"') },
    fault: ['', 'e', 'a.xsd'],
  },
]

files.push({
  name: 'a redefinition of what is not there',
  files: { 'a.xsd': schema(`<xs:redefine schemaLocation="b.xsd">\n${complex('')}</xs:redefine>`), 'b.xsd': schema('') },
  fault: ['a.xsd:3:1', 'T'],
})

const grammar: readonly Case[] = [
  wrong('an attribute that is not known', '<xs:element name="a" typ="xs:string"/>', 'a.xsd:2:1', 'typ', 'did you mean "type"?'),
  wrong(
    'a construct that is not known',
    complex('<xs:sequence>\n<xs:elemnt name="a"/></xs:sequence>'),
    'a.xsd:3:1',
    'elemnt',
    'did you mean "xs:element"?',
  ),
  wrong('a construct at a wrong place', complex('<xs:attribute name="a"/>\n<xs:sequence/>'), 'a.xsd:3:1', 'sequence'),
  wrong('an element of another namespace', '<t:element/>', 'a.xsd:2:1', 'element'),
  wrong('text between constructs', `${element}text`, 'a.xsd:1:1', 'text'),
  wrong('a global element without a name', '<xs:element type="xs:string"/>', 'a.xsd:2:1', 'name'),
  wrong('a local element with neither name nor ref', complex('<xs:sequence>\n<xs:element/></xs:sequence>'), 'a.xsd:3:1', 'name'),
  wrong(
    'an element with name and ref',
    `${element}${complex('<xs:sequence>\n<xs:element name="a" ref="t:e"/></xs:sequence>')}`,
    'a.xsd:3:1',
    'ref',
  ),
  wrong(
    'a type named and brought',
    '<xs:element name="a" type="xs:string"><xs:simpleType><xs:restriction base="xs:int"/></xs:simpleType></xs:element>',
    'a.xsd:2:',
    'type',
  ),
  wrong('default beside fixed', '<xs:element name="a" type="xs:string" default="x" fixed="x"/>', 'a.xsd:2:1', 'default', 'fixed'),
  wrong('a name that is none', '<xs:element name="1a" type="xs:string"/>', 'a.xsd:2:1', '1a'),
  wrong(
    'minOccurs above maxOccurs',
    complex('<xs:sequence>\n<xs:element name="a" minOccurs="3" maxOccurs="2"/></xs:sequence>'),
    'a.xsd:3:1',
    '3',
    '2',
  ),
  wrong(
    'maxOccurs that is no number',
    complex('<xs:sequence>\n<xs:element name="a" maxOccurs="many"/></xs:sequence>'),
    'a.xsd:3:1',
    'many',
  ),
  wrong('a boolean that is none', '<xs:element name="a" type="xs:string" nillable="yes"/>', 'a.xsd:2:1', 'yes'),
  wrong('a use that is not known', complex('\n<xs:attribute name="a" use="needed"/>'), 'a.xsd:3:1', 'needed'),
  wrong('a simpleType of nothing', simple(''), 'a.xsd:2:1', 'T'),
  wrong(
    'processContents that is not known',
    complex('<xs:sequence>\n<xs:any processContents="loose"/></xs:sequence>'),
    'a.xsd:3:1',
    'loose',
  ),
  wrong('a default that is required', complex('\n<xs:attribute name="a" use="required" default="x"/>'), 'a.xsd:3:1', 'default'),
  wrong('a union of nothing', simple('<xs:union/>'), 'a.xsd:2:', 'union'),
]

const components: readonly Case[] = [
  wrong('an element that is declared twice', `${element}\n${element}`, 'a.xsd:3:1', 'e', 'a.xsd:2'),
  wrong('a type that is declared twice', `${complex('')}\n${complex('')}`, 'a.xsd:3:1', 'T', 'a.xsd:2'),
  wrong('a simple type made of itself', simple('<xs:restriction base="t:T"/>'), 'a.xsd:2:', 'T'),
  wrong(
    'a complex type derived from itself',
    complex('<xs:complexContent><xs:extension base="t:T"/></xs:complexContent>'),
    'a.xsd:2:',
    'T',
  ),
  wrong(
    'a group that contains itself',
    '<xs:group name="G"><xs:sequence>\n<xs:group ref="t:G"/></xs:sequence></xs:group>',
    'a.xsd:3:1',
    'G',
  ),
  wrong(
    'an attribute group that contains itself',
    '<xs:attributeGroup name="G">\n<xs:attributeGroup ref="t:G"/></xs:attributeGroup>',
    'a.xsd:3:1',
    'G',
  ),
  wrong(
    'a substitution group that is a circle',
    '<xs:element name="a" type="xs:string" substitutionGroup="t:b"/><xs:element name="b" type="xs:string" substitutionGroup="t:a"/>',
    'a.xsd:2:',
    'substitutionGroup',
  ),
  wrong(
    'a member whose type is not of the head',
    '<xs:element name="a" type="xs:string"/>\n<xs:element name="b" type="xs:boolean" substitutionGroup="t:a"/>',
    'a.xsd:3:1',
    'b',
  ),
  wrong('an attribute that stands twice', complex('<xs:attribute name="a"/>\n<xs:attribute name="a"/>'), 'a.xsd:', 'a'),
  wrong(
    'an attribute that the base has',
    `<xs:complexType name="B"><xs:attribute name="a"/></xs:complexType>${complex('<xs:complexContent><xs:extension base="t:B">\n<xs:attribute name="a"/></xs:extension></xs:complexContent>')}`,
    'a.xsd:',
    'a',
  ),
  wrong('a default that is none of the type', '<xs:element name="a" type="xs:int" default="x"/>', 'a.xsd:2:1', 'x'),
  wrong('a fixed value that is none of the type', complex('\n<xs:attribute name="a" type="xs:date" fixed="today"/>'), 'a.xsd:3:1', 'today'),
  wrong(
    'a default of an element without text',
    `${complex(`<xs:sequence>${element}</xs:sequence>`)}\n<xs:element name="a" type="t:T" default="x"/>`,
    'a.xsd:3:1',
    'default',
  ),
  wrong(
    'simple content of a base that has none',
    `<xs:complexType name="B"><xs:sequence>${element}</xs:sequence></xs:complexType>${complex('<xs:simpleContent>\n<xs:extension base="t:B"/></xs:simpleContent>')}`,
    'a.xsd:',
    'B',
  ),
  wrong(
    'complex content of a simple base',
    complex('<xs:complexContent>\n<xs:extension base="xs:string"/></xs:complexContent>'),
    'a.xsd:',
    'string',
  ),
  wrong(
    'elements behind an xs:all of the base',
    `<xs:complexType name="B"><xs:all>${element}</xs:all></xs:complexType>${complex('<xs:complexContent><xs:extension base="t:B">\n<xs:sequence><xs:element name="x"/></xs:sequence></xs:extension></xs:complexContent>')}`,
    'a.xsd:',
    'all',
  ),
  wrong('xs:all with what repeats', complex('<xs:all>\n<xs:element name="a" maxOccurs="2"/></xs:all>'), 'a.xsd:3:1', 'maxOccurs'),
  wrong('xs:all within a sequence', complex('<xs:sequence>\n<xs:all/></xs:sequence>'), 'a.xsd:3:1', 'all'),
  wrong(
    'a group of xs:all within a sequence',
    `<xs:group name="G"><xs:all>${element}</xs:all></xs:group>${complex('<xs:sequence>\n<xs:group ref="t:G"/></xs:sequence>')}`,
    'a.xsd:3:1',
    'all',
  ),
  wrong(
    'mixed content that extends what is not',
    `<xs:complexType name="B"><xs:sequence>${element}</xs:sequence></xs:complexType>${complex('<xs:complexContent mixed="true">\n<xs:extension base="t:B"><xs:sequence><xs:element name="x"/></xs:sequence></xs:extension></xs:complexContent>')}`,
    'a.xsd:',
    'mixed',
  ),
  wrong('a list of lists', simple('<xs:list itemType="xs:NMTOKENS"/>'), 'a.xsd:2:', 'list'),
  wrong(
    'an optional attribute that the base requires',
    `<xs:complexType name="B"><xs:attribute name="a" use="required"/></xs:complexType>${complex('<xs:complexContent><xs:restriction base="t:B">\n<xs:attribute name="a"/></xs:restriction></xs:complexContent>')}`,
    'a.xsd:',
    'a',
  ),
  wrong(
    'a restriction with an attribute that the base has not',
    `<xs:complexType name="B"/>${complex('<xs:complexContent><xs:restriction base="t:B">\n<xs:attribute name="a"/></xs:restriction></xs:complexContent>')}`,
    'a.xsd:',
    'a',
  ),
]

const facets: readonly Case[] = [
  wrong('a facet that the type has not', restricted('string', '<xs:totalDigits value="3"/>'), 'a.xsd:2:', 'totalDigits'),
  wrong('a length of a number', restricted('int', '<xs:length value="3"/>'), 'a.xsd:2:', 'length'),
  wrong('a length that is no number', restricted('string', '<xs:length value="three"/>'), 'a.xsd:2:', 'three'),
  wrong('a bound that is none of the type', restricted('decimal', '<xs:minInclusive value="low"/>'), 'a.xsd:2:', 'low'),
  wrong('a bound outside the base', restricted('byte', '<xs:maxInclusive value="1000"/>'), 'a.xsd:2:', '1000'),
  wrong('bounds that exclude all', restricted('int', '<xs:minInclusive value="9"/><xs:maxInclusive value="1"/>'), 'a.xsd:2:', '9', '1'),
  wrong(
    'two bounds of one side',
    restricted('int', '<xs:minInclusive value="1"/><xs:minExclusive value="1"/>'),
    'a.xsd:2:',
    'minExclusive',
  ),
  lenient('minLength above maxLength', restricted('string', '<xs:minLength value="3"/><xs:maxLength value="2"/>'), 'a.xsd:2:', 'minLength'),
  lenient('a facet that stands twice', restricted('string', '<xs:maxLength value="3"/><xs:maxLength value="2"/>'), 'a.xsd:2:', 'maxLength'),
  wrong(
    'more fraction digits than digits',
    restricted('decimal', '<xs:totalDigits value="2"/><xs:fractionDigits value="3"/>'),
    'a.xsd:2:',
    'fractionDigits',
  ),
  wrong('a value that is none of the base', restricted('int', '<xs:enumeration value="x"/>'), 'a.xsd:2:', 'x'),
  wrong('white space that is not known', restricted('string', '<xs:whiteSpace value="trim"/>'), 'a.xsd:2:', 'trim'),
  lenient('white space looser than the base', restricted('token', '<xs:whiteSpace value="preserve"/>'), 'a.xsd:2:', 'whiteSpace'),
  wrong('a pattern without an end', restricted('string', '<xs:pattern value="[a-z"/>'), 'a.xsd:2:', '[a-z'),
  wrong('a pattern with look-ahead', restricted('string', '<xs:pattern value="(?!a).*"/>'), 'a.xsd:2:', '(?!a).*'),
  wrong('a pattern that repeats nothing', restricted('string', '<xs:pattern value="*a"/>'), 'a.xsd:2:', '*a'),
  lenient('a pattern of an unknown block', restricted('string', '<xs:pattern value="\\p{IsKlingon}"/>'), 'a.xsd:2:', 'IsKlingon'),
  wrong('a pattern with an escape of other languages', restricted('string', '<xs:pattern value="\\bword\\b"/>'), 'a.xsd:2:', '\\b'),
  wrong('a lazy repeat', restricted('string', '<xs:pattern value="a+?b"/>'), 'a.xsd:2:', 'a+?b'),
  wrong(
    'longer than the base',
    `<xs:simpleType name="B"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction></xs:simpleType>${simple('<xs:restriction base="t:B"><xs:maxLength value="4"/></xs:restriction>')}`,
    'a.xsd:2:',
    'maxLength',
  ),
  wrong(
    'a facet that the base has fixed',
    `<xs:simpleType name="B"><xs:restriction base="xs:string"><xs:maxLength value="3" fixed="true"/></xs:restriction></xs:simpleType>${simple('<xs:restriction base="t:B"><xs:maxLength value="2"/></xs:restriction>')}`,
    'a.xsd:2:',
    'fixed',
  ),
]

describe('a schema that is wrong', () => {
  for (const { name, files: given, fault, lenient: taken } of [...references, ...files, ...grammar, ...components, ...facets]) {
    it(`is told with its place: ${name}`, () => {
      const { set, faults } = load(given)
      const [start, ...says] = fault
      expect(faults, faults.join('\n')).to.have.length(1)
      expect(faults[0]?.startsWith(start), faults[0]).to.equal(true)
      for (const text of says) expect(faults[0]).to.include(text)
      expect(set).to.equal(undefined)
      expect(libxml2(given) === undefined, 'libxml2 takes it').to.equal(taken === true)
    })
  }
})
