import type { RandomElement } from './generate.ts'
import type { Random } from './random.ts'

/** The document with one thing changed that may make it invalid. */
export function mutated(element: RandomElement, random: Random): RandomElement {
  const inner = element.children.flatMap((child, at) => (isElement(child) ? [at] : []))
  if (inner.length === 0 || random.chance(0.3)) return changed(element, random)
  const at = random.pick(inner)
  return {
    ...element,
    children: element.children.map((child, place) => (place === at && isElement(child) ? mutated(child, random) : child)),
  }
}

function isElement(child: RandomElement['children'][number]): child is RandomElement {
  return typeof child !== 'string' && 'children' in child
}

function changed(element: RandomElement, random: Random): RandomElement {
  const { children, attributes } = element
  const at = random.int(Math.max(children.length, 1))
  const other = random.int(Math.max(children.length, 1))
  const swapped = children.map((child, place) => (place === at ? children[other] : place === other ? children[at] : child) ?? child)
  const changes: readonly RandomElement[] = [
    { ...element, children: children.toSpliced(at, 1) },
    { ...element, children: [...children, ...children.slice(at, at + 1)] },
    { ...element, children: swapped },
    { ...element, children: [...children, 'text'] },
    { ...element, children: [random.pick(['x', '-1', '2.5', '', 'true', '256', '00001'])] },
    { ...element, children: [...children, { ns: element.ns, local: 'unknown', attributes: [], children: [] }] },
    { ...element, attributes: attributes.slice(1) },
    { ...element, attributes: [...attributes, { ns: '', local: 'unknown', value: '1' }] },
    {
      ...element,
      attributes: attributes.map(one =>
        typeof one.value === 'string' && one.type ? { ...one, value: random.pick(['', 'x', '-5', '1.0']) } : one,
      ),
    },
  ]
  return random.pick(changes)
}
