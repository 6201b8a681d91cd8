import { attribute, childElements, type XmlElement } from '../../../transformers/xml/document.ts'
import { clark, XSD } from '../../../transformers/xml/events.ts'
import { ENCODING, WSDL } from './names.ts'
import type { Positions, Stretch } from './positions.ts'

/** A stretch of a text and what stands in its place. */
export interface Replacement extends Stretch {
  readonly text: string
}

/**
 * Restrictions of SOAP-ENC:Array say by wsdl:arrayType what is in them (WSDL 1.1, 2.2), which XML Schema does not know: each becomes a
 * sequence of `item`. Line breaks stay, so that places after it hold.
 */
export function arrayReplacements(schema: XmlElement, text: string, positions: Positions): readonly Replacement[] {
  const found: Replacement[] = []
  const open = [schema]
  for (let element = open.pop(); element; element = open.pop()) {
    const type = element.local === 'complexContent' ? itemType(element) : undefined
    if (type === undefined) open.push(...childElements(element))
    else {
      const stretch = positions.whole(element)
      found.push({ ...stretch, text: sequence(element.prefix, type) + breaks(text.slice(stretch.start, stretch.end)) })
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** The value of wsdl:arrayType without its last dimension: `tns:Article`, or `xsd:string[]` where arrays are within. */
function itemType(content: XmlElement): string | undefined {
  const restriction = childElements(content).find(({ ns, local }) => ns === XSD && local === 'restriction')
  if (!restriction || qname(restriction, 'base') !== clark({ ns: ENCODING, local: 'Array' })) return undefined
  const arrayType = childElements(restriction)
    .filter(child => qname(child, 'ref') === clark({ ns: ENCODING, local: 'arrayType' }))
    .map(child => attribute(child, 'arrayType', WSDL))
    .find(value => value !== undefined)
  return arrayType?.replace(/\[[\d,\s]*\]\s*$/, '').trim()
}

function qname(element: XmlElement, local: string): string | undefined {
  const [prefix, name] = (attribute(element, local) ?? '').split(':')
  return prefix === undefined || name === undefined ? undefined : clark({ ns: element.resolve(prefix) ?? '', local: name })
}

function sequence(prefix: string, type: string): string {
  const p = prefix === '' ? '' : `${prefix}:`
  const inner = /^(.*)\[[\d,\s]*\]$/s.exec(type)
  const item = `<${p}element name="item" form="unqualified" nillable="true" minOccurs="0" maxOccurs="unbounded"`
  const content = inner
    ? `${item}><${p}complexType>${sequence(prefix, inner[1] ?? '')}</${p}complexType></${p}element>`
    : `${item} type="${type}"/>`
  return `<${p}sequence>${content}</${p}sequence>`
}

function breaks(text: string): string {
  return text.replaceAll(/[^\r\n]/g, '')
}

const SIMPLE = `string boolean decimal float double integer long int short byte unsignedLong unsignedInt unsignedShort unsignedByte
  nonNegativeInteger positiveInteger dateTime date time duration base64Binary hexBinary anyURI QName NMTOKEN token`.split(/\s+/)

/** What WSDLs use of SOAP's own encoding schema (SOAP 1.1, section 5): simple types that are their namesakes, and arrays of anything. */
export const ENCODING_SCHEMA = [
  `<xs:schema xmlns:xs="${XSD}" targetNamespace="${ENCODING}">`,
  ...SIMPLE.map(name => `  <xs:simpleType name="${name}"><xs:restriction base="xs:${name}"/></xs:simpleType>`),
  '  <xs:simpleType name="base64"><xs:restriction base="xs:base64Binary"/></xs:simpleType>',
  '  <xs:attribute name="arrayType" type="xs:string"/>',
  '  <xs:complexType name="Array">',
  '    <xs:sequence><xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>',
  `    <xs:attribute ref="e:arrayType" xmlns:e="${ENCODING}"/>`,
  '    <xs:anyAttribute namespace="##any" processContents="lax"/>',
  '  </xs:complexType>',
  '</xs:schema>',
].join('\n')
