import { expect } from 'chai'
import { readTexts } from './project.ts'
import { changed, SMALL } from './small.ts'

interface Case {
  readonly name: string
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** The one fault: file, line, column, and what the text says. */
  readonly fault: readonly [start: string, ...says: readonly string[]]
}

const wsdl = (...changes: readonly (readonly [string, string])[]) => ({ 'a.wsdl': changed(...changes) })
const INCLUDE = '<xs:include schemaLocation="b.xsd"/>\n      <xs:element name="Ask"'
const withSchema = (text: string) => ({ 'a.wsdl': changed(['<xs:element name="Ask"', INCLUDE]), 'b.xsd': text })

const cases: readonly Case[] = [
  { name: 'XML that is not well-formed', files: wsdl(['</types>', '</type>']), fault: ['a.wsdl:10:', 'close tag'] },
  { name: 'a DOCTYPE', files: { 'a.wsdl': `<!DOCTYPE a>\n${SMALL}` }, fault: ['a.wsdl:1:', 'DOCTYPE'] },
  {
    name: 'bytes that are not UTF-8',
    files: { 'a.wsdl': Buffer.from(SMALL.replace('Small', 'Sm\xe4ll'), 'latin1') },
    fault: ['a.wsdl:1:', 'not UTF-8'],
  },
  {
    name: 'WSDL 2.0',
    files: { 'a.wsdl': '<description xmlns="http://www.w3.org/ns/wsdl" targetNamespace="urn:small"/>' },
    fault: ['a.wsdl:1:1', 'WSDL 2.0', 'WSDL 1.1'],
  },
  { name: 'something else', files: { 'a.wsdl': '<html/>' }, fault: ['a.wsdl:1:1', 'html', 'definitions'] },
  {
    name: 'a message that is not there',
    files: wsdl(['input message="tns:AskIn"', 'input message="tns:AskInn"']),
    fault: ['a.wsdl:16:7', '"tns:AskInn"', 'did you mean "AskIn"?'],
  },
  {
    name: 'a prefix that is not declared',
    files: wsdl(['input message="tns:AskIn"', 'input message="ns1:AskIn"']),
    fault: ['a.wsdl:16:7', 'prefix', 'ns1:AskIn'],
  },
  {
    name: 'an element that is not there',
    files: wsdl(['element="tns:Ask"', 'element="tns:Aks"']),
    fault: ['a.wsdl:11:25', 'tns:Aks', 'did you mean "Ask"?'],
  },
  {
    name: 'a type that is not there',
    files: wsdl(
      ['style="document"', 'style="rpc"'],
      ['element="tns:Ask"', 'type="xs:strin"'],
      ['element="tns:Answer"', 'type="xs:string"'],
    ),
    fault: ['a.wsdl:11:25', 'xs:strin', 'did you mean "string"?'],
  },
  {
    name: 'a part that says neither element nor type',
    files: wsdl(['element="tns:Ask"', '']),
    fault: ['a.wsdl:11:25', 'neither element nor type'],
  },
  {
    name: 'document style with a part of a type',
    files: wsdl(['element="tns:Ask"', 'type="xs:string"']),
    fault: ['a.wsdl:11:25', 'type=', 'document style', 'element='],
  },
  {
    name: 'rpc style with a part of an element',
    files: wsdl(['style="document"', 'style="rpc"'], ['element="tns:Answer"', 'type="xs:string"']),
    fault: ['a.wsdl:11:25', 'element=', 'rpc style'],
  },
  {
    name: 'an operation that the port type has not',
    files: wsdl(['<operation name="Ask">\n      <soap', '<operation name="Asks">\n      <soap']),
    fault: ['a.wsdl:23:5', 'no operation "Asks"', 'did you mean "Ask"?'],
  },
  {
    name: 'a port type that is not there',
    files: wsdl(['type="tns:Desk"', 'type="tns:Dsek"']),
    fault: ['a.wsdl:21:3', 'tns:Dsek', 'did you mean "Desk"?'],
  },
  {
    name: 'a binding that is not there',
    files: wsdl(['binding="tns:DeskSoap"', 'binding="tns:DeskSop"']),
    fault: ['a.wsdl:31:5', 'tns:DeskSop', 'did you mean "DeskSoap"?'],
  },
  {
    name: 'a name without the prefix that its namespace needs',
    files: wsdl(['binding="tns:DeskSoap"', 'binding="DeskSoap"']),
    fault: ['a.wsdl:31:5', 'did you mean {urn:small}DeskSoap?'],
  },
  {
    name: 'a binding of one version with a body of the other',
    files: wsdl(['<input><soap:body', '<input><soap12:body']),
    fault: ['a.wsdl:25:7', 'a body of SOAP 1.2 in a binding of SOAP 1.1'],
  },
  {
    name: 'an input without a body',
    files: wsdl(['<input><soap:body use="literal"/>', '<input>']),
    fault: ['a.wsdl:25:7', 'no soap:body'],
  },
  {
    name: 'a binding without the output that the port type has',
    files: wsdl(['      <output><soap:body use="literal"/></output>\n', '']),
    fault: ['a.wsdl:23:5', 'no output'],
  },
  {
    name: 'a part of the body that the message has not',
    files: wsdl(['<input><soap:body', '<input><soap:body parts="boddy"']),
    fault: ['a.wsdl:25:14', '"boddy"', 'did you mean "body"?'],
  },
  {
    name: 'a header part that its message has not',
    files: wsdl(['<input><soap:body', '<input><soap:header message="tns:AskOut" part="bdy" use="literal"/><soap:body']),
    fault: ['a.wsdl:25:14', 'no part "bdy"', 'did you mean "body"?'],
  },
  {
    name: 'a bound fault that is not declared',
    files: wsdl(['<fault name="Refused"><soap', '<fault name="Refsed"><soap']),
    fault: ['a.wsdl:27:7', 'no fault "Refsed"', 'did you mean "Refused"?'],
  },
  {
    name: 'a fault of two parts',
    files: wsdl([
      '<part name="fault" element="tns:Refused"/>',
      '<part name="fault" element="tns:Refused"/><part name="b" element="tns:Ask"/>',
    ]),
    fault: ['a.wsdl:18:7', '2 parts'],
  },
  {
    name: 'a message that stands twice',
    files: wsdl(['<message name="AskOut">', '<message name="AskIn"/>\n  <message name="AskOut">']),
    fault: ['a.wsdl:12:3', '"AskIn" stands a second time', 'a.wsdl:11'],
  },
  {
    name: 'a part that stands twice',
    files: wsdl(['<part name="body" element="tns:Ask"/>', '<part name="body" element="tns:Ask"/><part name="body" element="tns:Ask"/>']),
    fault: ['a.wsdl:11:62', '"body" twice'],
  },
  {
    name: 'a style of another name',
    files: wsdl(['style="document"', 'style="doc"']),
    fault: ['a.wsdl:22:5', '"doc"', 'document and rpc'],
  },
  {
    name: 'no port with a SOAP binding',
    files: wsdl(['<soap:binding transport', '<soap:bindin transport']),
    fault: ['a.wsdl:1:1', 'no port with a SOAP binding'],
  },
  {
    name: 'an import without a location',
    files: wsdl(['<types>', '<import namespace="urn:b"/>\n  <types>']),
    fault: ['a.wsdl:4:3', 'no location'],
  },
  {
    name: 'an import from the network',
    files: wsdl(['<types>', '<import namespace="urn:b" location="http://b.example/b.wsdl"/>\n  <types>']),
    fault: ['a.wsdl:4:3', 'http://b.example/b.wsdl', 'nothing is read from the network'],
  },
  {
    name: "an import out of the project's folder",
    files: wsdl(['<types>', '<import namespace="urn:b" location="../../b.wsdl"/>\n  <types>']),
    fault: ['a.wsdl:4:3', "leads out of the project's folder"],
  },
  {
    name: 'an import of a file that is not there',
    files: {
      'w/a.wsdl': changed(['<types>', '<import namespace="urn:b" location="bb.wsdl"/>\n  <types>']),
      'w/b.wsdl': '<definitions targetNamespace="urn:b" xmlns="http://schemas.xmlsoap.org/wsdl/"/>',
    },
    fault: ['w/a.wsdl:4:3', 'no file "w/bb.wsdl"', 'did you mean "w/b.wsdl"?'],
  },
  {
    name: 'an import of another namespace',
    files: {
      'a.wsdl': changed(['<types>', '<import namespace="urn:b" location="b.wsdl"/>\n  <types>']),
      'b.wsdl': '<definitions targetNamespace="urn:c" xmlns="http://schemas.xmlsoap.org/wsdl/"/>',
    },
    fault: ['a.wsdl:4:3', '"urn:b"', '"urn:c"'],
  },
  {
    name: 'a fault in an imported WSDL, at its own place',
    files: {
      'a.wsdl': changed(['<types>', '<import namespace="urn:b" location="b.wsdl"/>\n  <types>']),
      'b.wsdl': '<definitions targetNamespace="urn:b" xmlns="http://schemas.xmlsoap.org/wsdl/">\n <message/></definitions>',
    },
    fault: ['b.wsdl:2:2', 'no name'],
  },
  {
    name: 'a type that an embedded schema has not',
    files: wsdl(['name="Ask" type="xs:string"', 'name="Ask" type="tns:Questoin"']),
    fault: ['a.wsdl:6:', 'Questoin'],
  },
  {
    name: 'an element that refers to one that is not there',
    files: wsdl([
      'name="Ask" type="xs:string"/>',
      'name="Ask"><xs:complexType><xs:sequence>\n<xs:element ref="tns:Qest"/></xs:sequence></xs:complexType></xs:element>',
    ]),
    fault: ['a.wsdl:7:1 ', 'Qest'],
  },
  { name: 'an included schema that is not there', files: wsdl(['<xs:element name="Ask"', INCLUDE]), fault: ['a.wsdl:6:', 'b.xsd'] },
  { name: 'an included schema that is not well-formed', files: withSchema('<xs:schema\n>'), fault: ['b.xsd:'] },
  {
    name: 'an included schema of another namespace',
    files: withSchema('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other"/>'),
    fault: ['', 'urn:other'],
  },
  {
    name: 'a fault in an included schema, at its own place',
    files: withSchema('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n  <xs:element name="a" type="xs:strng"/>\n</xs:schema>'),
    fault: ['b.xsd:2:', 'strng'],
  },
]

describe('a WSDL that is wrong', () => {
  for (const { name, files, fault } of cases) {
    it(`is told with its place: ${name}`, () => {
      const read = readTexts(files)
      const [start, ...says] = fault
      expect(read.faults, read.faults.join('\n')).to.have.length(1)
      expect(read.faults[0]).to.match(/^[A-Z]+ /)
      expect(read.faults[0]?.replace(/^[A-Z]+ /, '').startsWith(start), read.faults[0]).to.equal(true)
      for (const text of says) expect(read.faults[0]).to.include(text)
      expect(read.wsdl).to.equal(undefined)
    })
  }

  it('tells all faults, not the first', () => {
    const text = changed(['input message="tns:AskIn"', 'input message="tns:X"'], ['output message="tns:AskOut"', 'output message="tns:Y"'])
    expect(readTexts({ 'a.wsdl': text }).faults).to.have.length(2)
  })
})
