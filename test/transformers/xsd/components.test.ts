import { expect } from 'chai'
import { clark, XSD } from '../../../transformers/xml/events.ts'
import type { ComplexType, Particle, SchemaSet, SimpleType, TypeDefinition } from '../../../transformers/xsd/model.ts'
import { embed, type Files, libxml2, load, loaded, schema } from './schemas.ts'

/** A content model in short: `(a b? c*)`, `(a | b)`, `(a & b)`, `{2..3}` behind what occurs so often. */
function shortOf(particle: Particle): string {
  if (particle.kind === 'element') return `${particle.element.name.local}${timesOf(particle)}`
  if (particle.kind === 'any') return `any:${allowsOf(particle.wildcard.allows)}${timesOf(particle)}`
  const between = { sequence: ' ', choice: ' | ', all: ' & ' }[particle.kind]
  return `(${particle.particles.map(shortOf).join(between)})${timesOf(particle)}`
}

function timesOf({ min, max }: Particle): string {
  if (min === 1 && max === 1) return ''
  if (max === 1) return '?'
  if (max === Number.POSITIVE_INFINITY && min < 2) return min === 0 ? '*' : '+'
  return `{${min}..${max}}`
}

function allowsOf(allows: NonNullable<ComplexType['anyAttribute']>['allows']): string {
  if (allows.kind === 'list') return allows.list.map(ns => ns || 'none').join(',')
  return allows.kind === 'any' ? '*' : `not ${allows.ns || 'none'}`
}

function typeIn(set: SchemaSet, name: string): TypeDefinition {
  const type = set.types.get(`{urn:t}${name}`)
  if (!type) throw new Error(`no type ${name}`)
  return type
}

function contentOf(type: TypeDefinition): string {
  if (type.kind === 'simple') return 'a simple type'
  const { content, mixed } = type
  const text =
    content.kind === 'elements' ? shortOf(content.particle) : content.kind === 'simple' ? `text:${content.type.builtin}` : 'empty'
  return mixed ? `mixed ${text}` : text
}

/** `name!` is required, `name=value` has a default, `name==value` is fixed. */
function attributesOf(type: TypeDefinition): string {
  if (type.kind === 'simple') return ''
  const uses = type.attributes.map(
    use =>
      `${use.name.ns === '' ? '' : '+'}${use.name.local}${use.required ? '!' : ''}${use.fixed === undefined ? (use.default === undefined ? '' : `=${use.default}`) : `==${use.fixed}`}`,
  )
  return [...uses, ...(type.anyAttribute ? [`any:${allowsOf(type.anyAttribute.allows)}`] : [])].join(' ')
}

const complex = (content: string, name = 'T', attributes = ''): string =>
  `<xs:complexType name="${name}"${attributes}>${content}</xs:complexType>`
const el = (name: string, more = ''): string => `<xs:element name="${name}" type="xs:string"${more}/>`
const derived = (how: 'extension' | 'restriction', content: string, base = 't:B', mixed = ''): string =>
  complex(`<xs:complexContent${mixed}><xs:${how} base="${base}">${content}</xs:${how}></xs:complexContent>`)
const base = complex(`<xs:sequence>${el('a')}</xs:sequence><xs:attribute name="x"/>`, 'B')
const group = `<xs:group name="G"><xs:choice>${el('p')}${el('q')}</xs:choice></xs:group>`

const contents: readonly (readonly [name: string, content: string, short: string])[] = [
  [
    'a sequence',
    complex(`<xs:sequence>${el('a')}${el('b', ' minOccurs="0"')}${el('c', ' minOccurs="0" maxOccurs="unbounded"')}</xs:sequence>`),
    '(a b? c*)',
  ],
  ['exact numbers of occurrences', complex(`<xs:sequence>${el('a', ' minOccurs="2" maxOccurs="20000"')}</xs:sequence>`), '(a{2..20000})'],
  [
    'a choice within a sequence',
    complex(`<xs:sequence>${el('a')}<xs:choice maxOccurs="unbounded">${el('b')}${el('c')}</xs:choice></xs:sequence>`),
    '(a (b | c)+)',
  ],
  ['xs:all', complex(`<xs:all>${el('a')}${el('b', ' minOccurs="0"')}</xs:all>`), '(a & b?)'],
  ['what may not occur', complex(`<xs:sequence>${el('a', ' minOccurs="0" maxOccurs="0"')}${el('b')}</xs:sequence>`), '(b)'],
  ['nothing', complex('<xs:sequence/>'), 'empty'],
  ['mixed content', complex(`<xs:sequence>${el('a')}</xs:sequence>`, 'T', ' mixed="true"'), 'mixed (a)'],
  [
    'wildcards',
    complex(
      '<xs:sequence><xs:any namespace="##other"/><xs:element name="a"/><xs:any namespace="##local ##targetNamespace urn:x"/></xs:sequence>',
    ),
    '(any:not urn:t a any:none,urn:t,urn:x)',
  ],
  ['a group', `${group}${complex('<xs:sequence><xs:group ref="t:G" minOccurs="0" maxOccurs="2"/></xs:sequence>')}`, '((p | q){0..2})'],
  ['a group alone', `${group}${complex('<xs:group ref="t:G"/>')}`, '(p | q)'],
  ['an extension', `${base}${derived('extension', `<xs:choice>${el('b')}${el('c')}</xs:choice>`)}`, '((a) (b | c))'],
  ['an extension by attributes alone', `${base}${derived('extension', '<xs:attribute name="y"/>')}`, '(a)'],
  ['an extension of nothing', `${complex('', 'B')}${derived('extension', `<xs:sequence>${el('b')}</xs:sequence>`)}`, '(b)'],
  ['a restriction', `${base}${derived('restriction', `<xs:sequence>${el('a', ' minOccurs="1"')}</xs:sequence>`)}`, '(a)'],
  ['a restriction of anything', derived('restriction', `<xs:sequence>${el('b')}</xs:sequence>`, 'xs:anyType', ' mixed="false"'), '(b)'],
  [
    'simple content',
    complex('<xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="u"/></xs:extension></xs:simpleContent>'),
    'text:int',
  ],
  [
    'simple content of a base that is declared behind it',
    `${complex('<xs:simpleContent><xs:extension base="t:B"><xs:attribute name="v"/></xs:extension></xs:simpleContent>')}${complex('<xs:simpleContent><xs:extension base="xs:date"><xs:attribute name="u"/></xs:extension></xs:simpleContent>', 'B')}`,
    'text:date',
  ],
]

const attributes: readonly (readonly [name: string, content: string, short: string])[] = [
  [
    'required, default and fixed',
    complex('<xs:attribute name="a" use="required"/><xs:attribute name="b" default="1"/><xs:attribute name="c" fixed="2"/>'),
    'a! b=1 c==2',
  ],
  ['prohibited ones, left out', complex('<xs:attribute name="a" use="prohibited"/><xs:attribute name="b"/>'), 'b'],
  [
    'a reference, with the default of what it refers to',
    `<xs:attribute name="g" type="xs:int" default="7"/>${complex('<xs:attribute ref="t:g"/>')}`,
    '+g=7',
  ],
  ['a qualified one', complex('<xs:attribute name="a" form="qualified"/><xs:attribute name="b"/>'), '+a b'],
  [
    'a group in a group',
    `<xs:attributeGroup name="G"><xs:attribute name="a"/><xs:attributeGroup ref="t:H"/></xs:attributeGroup><xs:attributeGroup name="H"><xs:attribute name="b"/></xs:attributeGroup>${complex('<xs:attributeGroup ref="t:G"/><xs:attribute name="c"/>')}`,
    'a b c',
  ],
  ['those of an extended base first', `${base}${derived('extension', '<xs:attribute name="y"/>')}`, 'x y'],
  [
    'a restricted one',
    `${base}${derived('restriction', `<xs:sequence>${el('a')}</xs:sequence><xs:attribute name="x" use="required"/>`)}`,
    'x!',
  ],
  [
    'one that a restriction prohibits',
    `${base}${derived('restriction', `<xs:sequence>${el('a')}</xs:sequence><xs:attribute name="x" use="prohibited"/>`)}`,
    '',
  ],
  ['a wildcard', complex('<xs:anyAttribute namespace="##other"/>'), 'any:not urn:t'],
  [
    'wildcards that both have to allow',
    `<xs:attributeGroup name="G"><xs:anyAttribute namespace="##other"/></xs:attributeGroup>${complex('<xs:attributeGroup ref="t:G"/><xs:anyAttribute namespace="urn:x ##targetNamespace"/>')}`,
    'any:urn:x',
  ],
  [
    'a wildcard that an extension widens',
    `${complex('<xs:anyAttribute namespace="urn:x"/>', 'B')}${derived('extension', '<xs:anyAttribute namespace="urn:y"/>')}`,
    'any:urn:x,urn:y',
  ],
  ['a wildcard that an extension keeps', `${complex('<xs:anyAttribute namespace="urn:x"/>', 'B')}${derived('extension', '')}`, 'any:urn:x'],
  ['a wildcard that a restriction has not', `${complex('<xs:anyAttribute/>', 'B')}${derived('restriction', '')}`, ''],
]

const OTHER = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
const XML_ATTRIBUTES = '<xs:import namespace="http://www.w3.org/XML/1998/namespace"'

/** Files that are right, and what is then known: names of elements, types, attributes. */
const projects: readonly (readonly [name: string, files: Files, known: readonly string[]])[] = [
  [
    'an import',
    {
      'a.xsd': schema(`<xs:import namespace="urn:b" schemaLocation="b/b.xsd"/><xs:element name="a" type="b:B" xmlns:b="urn:b"/>`),
      'b/b.xsd': `${OTHER} targetNamespace="urn:b"><xs:simpleType name="B"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>`,
    },
    ['{urn:t}a', '{urn:b}B'],
  ],
  [
    'an import of no namespace',
    {
      'a.xsd': schema('<xs:import schemaLocation="b.xsd"/><xs:element name="a" type="B"/>'),
      'b.xsd': `${OTHER}><xs:simpleType name="B"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>`,
    },
    ['{urn:t}a', 'B'],
  ],
  [
    'includes that include one another',
    {
      'a.xsd': schema(`<xs:include schemaLocation="b.xsd"/>${el('a')}`),
      'b.xsd': schema(
        `<xs:include schemaLocation="a.xsd"/><xs:element name="b" type="t:B"/>${complex('<xs:sequence><xs:element ref="t:a"/></xs:sequence>', 'B')}`,
      ),
    },
    ['{urn:t}a', '{urn:t}b'],
  ],
  [
    'imports that import one another',
    {
      'a.xsd': schema(
        `<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:element name="a" type="b:B" xmlns:b="urn:b"/>${complex('')}`,
      ),
      'b.xsd': `${OTHER} targetNamespace="urn:b" xmlns:t="urn:t"><xs:import namespace="urn:t" schemaLocation="a.xsd"/><xs:complexType name="B"><xs:sequence><xs:element name="t" type="t:T"/></xs:sequence></xs:complexType></xs:schema>`,
    },
    ['{urn:t}a', '{urn:b}B'],
  ],
  [
    'a chameleon of two namespaces',
    {
      'a.xsd': schema('<xs:include schemaLocation="c.xsd"/><xs:import namespace="urn:b" schemaLocation="b.xsd"/>'),
      'b.xsd': `${OTHER} targetNamespace="urn:b"><xs:include schemaLocation="c.xsd"/></xs:schema>`,
      'c.xsd': `${OTHER}><xs:element name="c" type="C"/><xs:complexType name="C"><xs:sequence><xs:element ref="d"/></xs:sequence></xs:complexType><xs:element name="d"/></xs:schema>`,
    },
    ['{urn:t}c', '{urn:t}C', '{urn:b}c', '{urn:b}C'],
  ],
  [
    'a redefined type',
    {
      'a.xsd': schema(
        `<xs:redefine schemaLocation="b.xsd">${derived('extension', `<xs:sequence>${el('more')}</xs:sequence>`, 't:T')}</xs:redefine><xs:element name="a" type="t:T"/>`,
      ),
      'b.xsd': schema(complex(`<xs:sequence>${el('first')}</xs:sequence>`)),
    },
    ['{urn:t}a', '{urn:t}T'],
  ],
  [
    "XML's own attributes",
    {
      'a.xsd': schema(`${XML_ATTRIBUTES} schemaLocation="xml.xsd"/>${complex('<xs:attribute ref="xml:lang"/>')}`),
      'xml.xsd': `${OTHER} targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="lang" type="xs:language"/></xs:schema>`,
    },
    ['{urn:t}T'],
  ],
  [
    'the parts of one namespace in several files',
    {
      'a.xsd': schema('<xs:include schemaLocation="b.xsd"/><xs:include schemaLocation="./c.xsd"/>'),
      'b.xsd': schema('<xs:include schemaLocation="c.xsd"/>'),
      'c.xsd': schema(el('c')),
    },
    ['{urn:t}c'],
  ],
]

describe('loadSchemas', () => {
  for (const [name, content, short] of contents) {
    it(`reads the content of a type: ${name}`, () => {
      expect(contentOf(typeIn(loaded(content), 'T'))).to.equal(short)
      expect(libxml2({ 'a.xsd': schema(content) })).to.equal(undefined)
    })
  }

  for (const [name, content, short] of attributes) {
    it(`reads attributes: ${name}`, () => {
      expect(attributesOf(typeIn(loaded(content), 'T'))).to.equal(short)
      expect(libxml2({ 'a.xsd': schema(content) })).to.equal(undefined)
    })
  }

  for (const [name, files, known] of projects) {
    it(`reads files: ${name}`, () => {
      const { set, faults } = load(files)
      expect(faults).to.deep.equal([])
      const names = new Set([...(set?.elements.keys() ?? []), ...(set?.types.keys() ?? [])])
      for (const one of known) expect(names).to.include(one)
      expect(set?.documents.map(({ file }) => file).sort()).to.deep.equal(Object.keys(files).sort())
      expect(set?.documents[0]?.file).to.equal('a.xsd')
      expect(libxml2(files)).to.equal(undefined)
    })
  }

  it('gives a redefined type the content of both', () => {
    const { set } = load(projects.find(([name]) => name === 'a redefined type')?.[1] ?? {})
    expect(set && contentOf(typeIn(set, 'T'))).to.equal('((first) (more))')
  })

  it('redefines groups, attribute groups and simple types, which contain or narrow what they were', () => {
    const again = `<xs:redefine schemaLocation="b.xsd">
      <xs:group name="G"><xs:sequence><xs:group ref="t:G"/>${el('more')}</xs:sequence></xs:group>
      <xs:attributeGroup name="A"><xs:attributeGroup ref="t:A"/><xs:attribute name="y"/></xs:attributeGroup>
      <xs:simpleType name="S"><xs:restriction base="t:S"><xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:redefine>`
    const files = {
      'a.xsd': schema(`${again}${complex('<xs:group ref="t:G"/><xs:attributeGroup ref="t:A"/>')}`),
      'b.xsd': schema(
        `<xs:group name="G"><xs:sequence>${el('first')}</xs:sequence></xs:group><xs:attributeGroup name="A"><xs:attribute name="x"/></xs:attributeGroup>${'<xs:simpleType name="S"><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction></xs:simpleType>'}`,
      ),
    }
    const { set, faults } = load(files)
    expect(faults).to.deep.equal([])
    expect(set && contentOf(typeIn(set, 'T'))).to.equal('((first) more)')
    expect(set && attributesOf(typeIn(set, 'T'))).to.equal('x y')
    expect(set && (typeIn(set, 'S') as SimpleType).facets).to.deep.equal({ whiteSpace: 'preserve', minLength: 1, maxLength: 3 })
    expect(libxml2(files)).to.equal(undefined)
  })

  it('knows where each location leads', () => {
    const { set } = load(projects[0]?.[1] ?? {})
    expect(set?.documents[0]?.references).to.deep.equal([{ location: 'b/b.xsd', file: 'b/b.xsd' }])
  })

  it("reads XML's own attributes without a file", () => {
    const set = loaded(
      `${XML_ATTRIBUTES} schemaLocation="http://www.w3.org/2001/xml.xsd"/>${complex('<xs:attribute ref="xml:lang" use="required"/>')}`,
    )
    expect(attributesOf(typeIn(set, 'T'))).to.equal('+lang!')
    expect([...set.elements.keys()]).to.deep.equal([])
    expect(set.documents).to.have.length(1)
  })

  it('makes a type that contains itself the same object again', () => {
    const set = loaded(`${complex('<xs:sequence><xs:element name="t" type="t:T" minOccurs="0"/></xs:sequence>')}`)
    const type = typeIn(set, 'T')
    const particle = type.kind === 'complex' && type.content.kind === 'elements' ? type.content.particle : undefined
    const inner = particle && 'particles' in particle ? particle.particles[0] : undefined
    expect(inner?.kind === 'element' && inner.element.type).to.equal(type)
  })

  it('takes an element without a type for anything, a member of a substitution group for its head', () => {
    const set = loaded('<xs:element name="a"/><xs:element name="h" type="xs:int"/><xs:element name="m" substitutionGroup="t:h"/>')
    expect(typeName(set, 'a')).to.equal(`{${XSD}}anyType`)
    expect(typeName(set, 'm')).to.equal(`{${XSD}}int`)
  })

  it('finds members of members of a substitution group, without abstract ones', () => {
    const set = loaded(
      '<xs:element name="h" type="xs:string" abstract="true"/><xs:element name="a" type="xs:token" substitutionGroup="t:h"/><xs:element name="b" type="xs:token" substitutionGroup="t:a"/>',
    )
    const head = set.elements.get('{urn:t}h')
    expect(head && set.substitutes(head).map(({ name }) => name.local)).to.deep.equal(['a', 'b'])
  })

  it('qualifies local names as the schema says', () => {
    const content = complex(`<xs:sequence>${el('a')}${el('b', ' form="unqualified"')}</xs:sequence>`)
    const names = (text: string) => {
      const type = load({ 'a.xsd': text }).set?.types.get('{urn:t}T')
      const particle = type?.kind === 'complex' && type.content.kind === 'elements' ? type.content.particle : undefined
      return particle && 'particles' in particle
        ? particle.particles.map(one => (one.kind === 'element' ? clark(one.element.name) : ''))
        : []
    }
    expect(names(schema(content))).to.deep.equal(['{urn:t}a', 'b'])
    expect(names(schema(content).replace(' elementFormDefault="qualified"', ''))).to.deep.equal(['a', 'b'])
  })

  it('lays the facets of each step over those of the base', () => {
    const set = loaded(
      '<xs:simpleType name="B"><xs:restriction base="xs:string"><xs:maxLength value="9"/><xs:pattern value="a.*"/></xs:restriction></xs:simpleType><xs:simpleType name="T"><xs:restriction base="t:B"><xs:minLength value="2"/><xs:pattern value=".*z"/><xs:pattern value=".*y"/></xs:restriction></xs:simpleType>',
    )
    const type = typeIn(set, 'T') as SimpleType
    expect(type.facets).to.deep.equal({ whiteSpace: 'preserve', maxLength: 9, minLength: 2, patterns: [['a.*'], ['.*z', '.*y']] })
    expect(type.base).to.equal(set.types.get('{urn:t}B'))
  })

  it('knows all built-in types', () => {
    const names = [...loaded('').types.keys()].map(name => name.replace(`{${XSD}}`, ''))
    expect(names).to.have.length(46)
    for (const name of ['anyType', 'anySimpleType', 'NMTOKENS', 'unsignedByte', 'gMonthDay', 'NOTATION']) expect(names).to.include(name)
  })

  it('refuses groups that stand for more elements than anything can hold', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, at) => `<xs:group name="G${at + 1}"><xs:sequence><xs:group ref="t:G${at}"/><xs:group ref="t:G${at}"/></xs:sequence></xs:group>`,
    )
    const { faults } = load({
      'a.xsd': schema(
        `<xs:group name="G0"><xs:sequence>${el('a')}</xs:sequence></xs:group>${doubling.join('')}${complex('<xs:group ref="t:G40"/>')}`,
      ),
    })
    expect(faults).to.have.length(1)
    expect(faults[0]).to.include('50000 elements')
  })

  it('refuses what is derived without end, and takes types that refer to one another without end', () => {
    const chain = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join('')
    const simple = chain(
      5_000,
      at => `<xs:simpleType name="T${at}"><xs:restriction base="${at === 4_999 ? 'xs:string' : `t:T${at + 1}`}"/></xs:simpleType>`,
    )
    expect(load({ 'a.xsd': schema(simple) }).faults[0]).to.include('300 steps deep')
    const nested = chain(5_000, at =>
      complex(`<xs:sequence><xs:element name="e" type="${at === 4_999 ? 'xs:string' : `t:T${at + 1}`}"/></xs:sequence>`, `T${at}`),
    )
    expect(load({ 'a.xsd': schema(nested) }).faults).to.deep.equal([])
  })

  it('loads a schema of 2 MB', () => {
    const type = (at: number): string =>
      `  <xs:complexType name="Type${at}">\n    <xs:annotation><xs:documentation>What number ${at} is about, in some words.</xs:documentation></xs:annotation>\n    <xs:sequence>\n${Array.from({ length: 8 }, (_, field) => `      <xs:element name="Field${field}" type="${field === 0 && at > 0 ? `t:Type${at - 1}` : 'xs:string'}" minOccurs="0" maxOccurs="unbounded"/>`).join('\n')}\n    </xs:sequence>\n    <xs:attribute name="id" type="t:Id" use="required"/>\n  </xs:complexType>\n  <xs:element name="Element${at}" type="t:Type${at}"/>`
    const id =
      '<xs:simpleType name="Id"><xs:restriction base="xs:token"><xs:pattern value="[A-Z]{2}[0-9]{1,12}"/></xs:restriction></xs:simpleType>'
    const text = schema(`${id}${Array.from({ length: 2_000 }, (_, at) => type(at)).join('\n')}`)
    expect(text.length).to.be.greaterThan(2_000_000)
    expect(load({ 'a.xsd': text }).set?.elements.size).to.equal(2_000)
  }).timeout(10_000)
})

describe('loadEmbedded', () => {
  const a = schema('<xs:element name="a" type="b:B" xmlns:b="urn:b"/>')
  const b = `${OTHER} targetNamespace="urn:b"><xs:simpleType name="B"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>`

  it('lets the schemas of a WSDL refer to one another, imported or not', () => {
    const { set, faults } = embed([a, b])
    expect(faults).to.deep.equal([])
    expect(set?.documents.map(({ file }) => file)).to.deep.equal(['w/a.wsdl#schema1', 'w/a.wsdl#schema2'])
    expect(set?.elements.has('{urn:t}a')).to.equal(true)
  })

  it("finds files from the WSDL's folder, the schema of an import without one among the others", () => {
    const first = a.replace('<xs:element', '<xs:import namespace="urn:b"/><xs:include schemaLocation="c.xsd"/><xs:element')
    const { set, faults } = embed([first, b], { 'w/c.xsd': schema(el('c')) })
    expect(faults).to.deep.equal([])
    expect(set?.documents.map(({ file }) => file)).to.include('w/c.xsd')
  })

  it('takes one schema that two WSDLs bring', () => {
    expect(embed([a, b, b]).faults).to.deep.equal([])
  })

  it("knows SOAP's encoding", () => {
    const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'
    const text = schema(
      `<xs:complexType name="List"><xs:complexContent><xs:restriction base="e:Array" xmlns:e="${ENCODING}"><xs:attribute ref="e:arrayType" xmlns:w="http://schemas.xmlsoap.org/wsdl/" w:arrayType="xs:string[]"/></xs:restriction></xs:complexContent></xs:complexType><xs:element name="s" type="e:string" xmlns:e="${ENCODING}"/>`,
    )
    const { set, faults } = embed([text.replace('<xs:complexType', `<xs:import namespace="${ENCODING}"/><xs:complexType`)])
    expect(faults).to.deep.equal([])
    expect(set?.types.has(`{${ENCODING}}Array`)).to.equal(true)
    expect([...(set?.elements.keys() ?? [])]).to.deep.equal(['{urn:t}s'])
    expect(embed([text]).faults).to.deep.equal([])
  })

  it('tells faults where they stand in the WSDL', () => {
    const { faults } = embed([`\n\n   ${schema('<xs:element name="a" type="t:Nothing"/>')}`])
    expect(faults).to.have.length(1)
    expect(faults[0]).to.match(/^w\/a\.wsdl:4:1 there is no type \{urn:t\}Nothing/)
  })
})

function typeName(set: SchemaSet, element: string): string {
  const name = set.elements.get(`{urn:t}${element}`)?.type.name
  return name ? clark(name) : ''
}
