import { GatewayError } from '../../gateway/errors.ts'
import { type XmlName, type XmlTag, XSI } from '../../transformers/xml/events.ts'
import { attributeOf, createElementReader, type Element, type ElementReader } from './element.ts'
import type { ValueReader } from './message-codec.ts'
import { ENCODINGS } from './versions.ts'

/** How much larger references may make a message, in elements: the same one many times would be a bomb. */
const MAX_ELEMENTS = 1_000_000
const MAX_PATH = 100
const ENCODING_NAMES = new Set(Object.values(ENCODINGS))

/** Reads rpc/encoded content (SOAP 1.1, section 5): takes all children of Body, puts what href or ref mean in their place, and hands the root on as literal XML, without xsi:type and what belongs to the encoding. */
export function createEncodedReader(reader: ValueReader): EncodedReader {
  const roots: ElementReader[] = []
  return {
    child() {
      const root = createElementReader()
      roots.push(root)
      return root
    },
    result() {
      const elements = roots.map(root => root.result())
      const root = elements.find(isRoot)
      if (!root) throw new GatewayError('NOT_READABLE', 'Body has no root element')
      const replay: Replay = { reader, ids: idsOf(elements), path: [], left: MAX_ELEMENTS }
      handOn(root, replay)
      return reader.result()
    },
  }
}

export interface EncodedReader {
  /** Reads the next child of Body. */
  child(): ElementReader
  result(): unknown
}

function isRoot(element: Element): boolean {
  return attributeOf(element, ENCODINGS['1.1'], 'root') !== '0'
}

function idsOf(elements: readonly Element[]): ReadonlyMap<string, Element> {
  const ids = new Map<string, Element>()
  const open = [...elements]
  for (let element = open.pop(); element; element = open.pop()) {
    const id = attributeOf(element, '', 'id') ?? attributeOf(element, ENCODINGS['1.2'], 'id')
    if (id !== undefined) ids.set(id, element)
    for (const child of element.children) if (typeof child !== 'string') open.push(child)
  }
  return ids
}

interface Replay {
  readonly reader: ValueReader
  readonly ids: ReadonlyMap<string, Element>
  /** The targets that are being put in. */
  readonly path: Element[]
  left: number
}

function handOn(element: Element, replay: Replay, name: XmlName = element): void {
  const target = targetOf(element, replay)
  if (--replay.left < 0) throw new GatewayError('NOT_READABLE', 'references make the message larger than 1,000,000 elements')
  replay.reader.open(tagOf(name, target))
  if (target !== element) replay.path.push(target)
  const member = isArray(target) ? MEMBER : undefined
  for (const child of target.children) {
    if (typeof child === 'string') replay.reader.text(child)
    else handOn(child, replay, member)
  }
  if (target !== element) replay.path.pop()
  replay.reader.close()
}

// What the members of an array are called says nothing (SOAP 1.1, 5.4.2): the types of a WSDL call them so.
const MEMBER: XmlName = { ns: '', local: 'item' }

function isArray(element: Element): boolean {
  const [encoding11, encoding12] = [ENCODINGS['1.1'], ENCODINGS['1.2']]
  const sparse = attributeOf(element, encoding11, 'offset')
  if (sparse !== undefined) throw new GatewayError('NOT_READABLE', 'an array that is sent in part (offset) is not taken; send it whole')
  if (attributeOf(element, encoding11, 'arrayType') !== undefined) return true
  if (attributeOf(element, encoding12, 'itemType') !== undefined || attributeOf(element, encoding12, 'arraySize') !== undefined) return true
  const [local, prefix = ''] = (attributeOf(element, XSI, 'type') ?? '').trim().split(':').reverse()
  return local === 'Array' && element.declares[prefix] === encoding11
}

function targetOf(element: Element, { ids, path }: Replay): Element {
  const href = attributeOf(element, '', 'href')
  const ref = attributeOf(element, ENCODINGS['1.2'], 'ref')
  if (href === undefined && ref === undefined) return element
  if (href !== undefined && !href.startsWith('#')) return element
  const id = ref ?? href?.slice(1) ?? ''
  const target = ids.get(id)
  if (!target) throw new GatewayError('NOT_READABLE', `href="#${id.slice(0, 100)}" refers to nothing in the message`)
  if (path.length >= MAX_PATH) throw new GatewayError('NOT_READABLE', `references are nested more than ${MAX_PATH} deep`)
  if (path.includes(target)) throw new GatewayError('NOT_READABLE', `href="#${id.slice(0, 100)}" leads back to itself`)
  return target
}

/** The accessor's name, with the attributes of what it refers to. */
function tagOf({ ns, local }: XmlName, { attributes, declares }: Element): XmlTag {
  const kept = attributes.filter(({ ns: space, local: name }) => {
    if (space === '') return name !== 'id' && name !== 'href'
    return !ENCODING_NAMES.has(space) && !(space === XSI && name === 'type') && name !== 'encodingStyle'
  })
  return { ns, local, prefix: '', attributes: kept, declares, resolve: name => declares[name] }
}
