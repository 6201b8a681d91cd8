import { GatewayError } from '../../gateway/errors.ts'
import type { XmlHandler, XmlTag } from '../../transformers/xml/events.ts'
import { type Package, type Part, partOf } from './attachments.ts'

const XOP = 'http://www.w3.org/2004/08/xop/include'
/** What includes may bring in all, for each byte of the parts: the same part many times would be a bomb. */
const MAX_GROWTH = 2

/** Puts base64 text where xop:Include refers to a part (XOP, 3.2), for a handler that knows nothing of parts; `used` takes the parts. */
export function createXopHandler(handler: XmlHandler, parts: Pick<Package, 'attachments'>, used: Set<Part>): XmlHandler {
  let room = MAX_GROWTH * parts.attachments.reduce((sum, { body }) => sum + body.length, 0)
  let inside = false
  function include(tag: XmlTag): void {
    const href = tag.attributes.find(({ ns, local }) => ns === '' && local === 'href')?.value
    if (href === undefined) throw new GatewayError('NOT_READABLE', 'xop:Include has no href')
    const part = partOf(parts, href)
    used.add(part)
    room -= part.body.length
    if (room < 0) throw new GatewayError('NOT_READABLE', 'the same parts are included again and again')
    handler.text(part.body.toString('base64'))
  }
  return {
    open(tag) {
      if (inside) throw new GatewayError('NOT_READABLE', 'xop:Include has an element inside')
      inside = tag.ns === XOP && tag.local === 'Include'
      if (inside) include(tag)
      else handler.open(tag)
    },
    text(text) {
      if (!inside) handler.text(text)
    },
    close() {
      if (!inside) handler.close()
      inside = false
    },
  }
}
