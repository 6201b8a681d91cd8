import { readDocument, type XmlElement } from '../../xml/document.ts'
import { XML, XSD } from '../../xml/events.ts'

/** SOAP 1.1's encoding (section 5), for WSDLs of use="encoded". */
export const SOAP_ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/'

/** Its simple types that are those of XML Schema by the same names. */
const NAMESAKES = `string normalizedString token boolean decimal float double integer long int short byte unsignedLong unsignedInt
  unsignedShort unsignedByte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger dateTime date time duration gYearMonth
  gYear gMonthDay gDay gMonth base64Binary hexBinary anyURI QName language Name NMTOKEN NCName`.split(/\s+/)

const schema = (targetNamespace: string, lines: readonly string[]): string =>
  [
    `<xs:schema xmlns:xs="${XSD}" ${targetNamespace === XML ? '' : `xmlns:t="${targetNamespace}" `}targetNamespace="${targetNamespace}">`,
    ...lines,
    '</xs:schema>',
  ].join('\n')

const XML_ATTRIBUTES = schema(XML, [
  '<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language">',
  '<xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType></xs:union></xs:simpleType></xs:attribute>',
  '<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">',
  '<xs:enumeration value="default"/><xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>',
  '<xs:attribute name="base" type="xs:anyURI"/>',
  '<xs:attribute name="id" type="xs:ID"/>',
  '<xs:attributeGroup name="specialAttrs">',
  ...['base', 'lang', 'space', 'id'].map(name => `<xs:attribute ref="xml:${name}"/>`),
  '</xs:attributeGroup>',
])

const ENCODING = schema(SOAP_ENCODING, [
  '<xs:attribute name="root" type="xs:boolean"/>',
  '<xs:attribute name="arrayType" type="xs:string"/>',
  '<xs:attribute name="offset" type="xs:string"/>',
  '<xs:attribute name="position" type="xs:string"/>',
  '<xs:attributeGroup name="commonAttributes">',
  '<xs:attribute name="id" type="xs:ID"/><xs:attribute name="href" type="xs:anyURI"/><xs:anyAttribute namespace="##other" processContents="lax"/>',
  '</xs:attributeGroup>',
  '<xs:attributeGroup name="arrayAttributes"><xs:attribute ref="t:arrayType"/><xs:attribute ref="t:offset"/></xs:attributeGroup>',
  '<xs:attributeGroup name="arrayMemberAttributes"><xs:attribute ref="t:position"/></xs:attributeGroup>',
  ...['Array', 'Struct'].flatMap(name => [
    `<xs:complexType name="${name}"><xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>`,
    name === 'Array' ? '<xs:attributeGroup ref="t:arrayAttributes"/>' : '',
    '<xs:attributeGroup ref="t:commonAttributes"/></xs:complexType>',
    `<xs:element name="${name}" type="t:${name}"/>`,
  ]),
  '<xs:simpleType name="base64"><xs:restriction base="xs:base64Binary"/></xs:simpleType>',
  ...NAMESAKES.flatMap(name => [
    `<xs:simpleType name="${name}"><xs:restriction base="xs:${name}"/></xs:simpleType>`,
    `<xs:element name="${name}" type="t:${name}"/>`,
  ]),
])

const texts: ReadonlyMap<string, string> = new Map([
  [XML, XML_ATTRIBUTES],
  [SOAP_ENCODING, ENCODING],
])
const roots = new Map<string, XmlElement>()

/** The schema of a namespace that needs no file: XML's own attributes, SOAP's encoding. Undefined for others. */
export function knownSchema(namespace: string): XmlElement | undefined {
  const text = texts.get(namespace)
  if (text === undefined) return undefined
  const root = roots.get(namespace) ?? readDocument(text)
  roots.set(namespace, root)
  return root
}
