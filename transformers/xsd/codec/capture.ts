import type { XmlElementReader, XmlTag } from '../../xml/events.ts'
import { XSI } from '../../xml/events.ts'
import { escapeAttribute, escapeText } from '../../xml/writer.ts'

/** Reads one element as the text of a document of its own: prefixes that were declared around it are declared on it. */
export function createCapture(): XmlElementReader {
  const outer = new Map<string, string>()
  const names: string[] = []
  const scopes: (XmlTag['declares'] | undefined)[] = []
  let rest = ''
  let isOpen = false

  function text(piece: string): void {
    endTag()
    rest += piece
  }

  function endTag(): void {
    if (isOpen) rest += '>'
    isOpen = false
  }

  function need(prefix: string, ns: string): void {
    if (prefix === 'xml' || (prefix === '' && ns === '')) return
    if (!scopes.some(declares => declares?.[prefix] !== undefined)) outer.set(prefix, ns)
  }

  function needOfAttributes({ attributes, resolve }: XmlTag): void {
    for (const { prefix, ns, local, value } of attributes) {
      if (prefix !== '') need(prefix, ns)
      if (ns !== XSI || local !== 'type') continue
      const type = value.trim()
      const used = type.includes(':') ? type.slice(0, type.indexOf(':')) : ''
      need(used, resolve(used) ?? '')
    }
  }

  return {
    open(tag) {
      endTag()
      const name = tag.prefix === '' ? tag.local : `${tag.prefix}:${tag.local}`
      scopes.push(tag.declares)
      need(tag.prefix, tag.ns)
      needOfAttributes(tag)
      // The root's start is put together last, when all that it must declare is known.
      if (names.length > 0) rest += `<${name}`
      names.push(name)
      for (const [prefix, ns] of Object.entries(tag.declares ?? {})) rest += declaration(prefix, ns)
      for (const { prefix, local, value } of tag.attributes)
        rest += ` ${prefix === '' ? '' : `${prefix}:`}${local}="${escapeAttribute(value)}"`
      isOpen = true
    },
    text: piece => text(escapeText(piece)),
    close() {
      const name = names.length === 1 ? names[0] : names.pop()
      scopes.pop()
      rest += isOpen ? '/>' : `</${name}>`
      isOpen = false
    },
    comment: piece => text(`<!--${piece}-->`),
    instruction: (target, data) => text(data === '' ? `<?${target}?>` : `<?${target} ${data}?>`),
    result: () => `<${names[0]}${[...outer].map(([prefix, ns]) => declaration(prefix, ns)).join('')}${rest}`,
  }
}

function declaration(prefix: string, ns: string): string {
  return ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(ns)}"`
}
