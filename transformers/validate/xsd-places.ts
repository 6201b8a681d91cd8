import type { XmlBytes } from '../libxml2/document.ts'
import type { XmlHandler, XmlPlace, XmlTag } from '../xml/events.ts'
import { readXml, type XmlReaderHandler } from '../xml/reader.ts'

/** Where in a document an element stands: its tag, and its path with the names that the document uses. */
export interface ElementPlace extends XmlPlace {
  readonly xpath: string
}

interface Level {
  /** As libxml2 writes it: `*` for names in a default namespace; each with its number. */
  readonly key: string
  readonly xpath: string
  elements: number
  readonly counts: Map<string, number>
}

/** The places of elements by libxml2's paths to them. */
export function locateElements({ bytes, contentType }: XmlBytes, paths: readonly string[]): ReadonlyMap<string, ElementPlace> {
  const wanted = new Map(paths.map(path => [numbered(path), path]))
  const found = new Map<string, ElementPlace>()
  const handler = createWalk((key, place) => {
    const path = wanted.get(key)
    if (path !== undefined) found.set(path, place)
  })
  readXml(bytes, handler, contentType === undefined ? {} : { contentType })
  return found
}

/** `/a[1]/*[2]`: libxml2 leaves out the number of an element that has no other of its kind beside it. */
function numbered(path: string): string {
  return path.replace(/(?<=[^\]/])(?=\/|$)/g, '[1]')
}

function createWalk(visit: (key: string, place: ElementPlace) => void): XmlReaderHandler {
  const levels: Level[] = [{ key: '', xpath: '', elements: 0, counts: new Map() }]
  let place: () => XmlPlace
  const handler: XmlHandler = {
    open(tag) {
      const level = within(levels.at(-1), tag)
      levels.push(level)
      visit(level.key, { ...place(), xpath: level.xpath })
    },
    text() {},
    close: () => void levels.pop(),
  }
  return {
    ...handler,
    begin(placeNow) {
      place = placeNow
    },
  }
}

function within(parent: Level | undefined, { ns, local, prefix }: XmlTag): Level {
  const { key = '', xpath = '', counts = new Map<string, number>() } = parent ?? {}
  const name = prefix === '' ? local : `${prefix}:${local}`
  const number = (counts.get(name) ?? 0) + 1
  counts.set(name, number)
  const place = parent ? ++parent.elements : 1
  const inDefault = prefix === '' && ns !== ''
  const step = number === 1 ? name : `${name}[${number}]`
  return { key: `${key}/${inDefault ? `*[${place}]` : `${name}[${number}]`}`, xpath: `${xpath}/${step}`, elements: 0, counts: new Map() }
}
