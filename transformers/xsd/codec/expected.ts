import { anyOf } from './faults.ts'
import type { Frame } from './frame.ts'
import { advance, mayEnd, startMatching } from './matcher.ts'
import { ANY, type Child, type ContentModel } from './plan.ts'

/** What may come next in an element: for messages, so it takes its time. */
export function expectation(frame: Frame): string {
  const { model } = frame.type
  if (!model) return frame.type.content === 'text' ? 'it holds a simple value only' : 'the element is empty'
  const next = model.slots ? nextSlots(frame, model) : nextNodes(frame, model)
  return next.length === 0 ? 'nothing more is expected' : `expected ${anyOf([...new Set(next)])}`
}

function nextSlots(frame: Frame, { slots = [], children }: ContentModel): readonly string[] {
  const names: string[] = []
  const all = [...children.values()].flat()
  const from = Math.max(frame.slot, 0)
  for (let place = from; place < slots.length; place++) {
    const slot = slots[place]
    if (!slot) break
    const count = place === frame.slot ? frame.count : 0
    if (count < slot.max) names.push(...all.filter(child => child.slot === place).map(label))
    if (count < slot.min) break
  }
  return names
}

function nextNodes({ matching }: Frame, { children, top, nodes, hasAny }: ContentModel): readonly string[] {
  const state = matching ?? startMatching(nodes)
  const fits = (child: Child | undefined, ns: string): boolean =>
    advance({ at: state.at, counts: [...state.counts] }, top, child, ns) !== undefined
  const names = [...children.values()]
    .flat()
    .filter(child => fits(child, child.element.name.ns))
    .map(label)
  const others = hasAny && ['', 'urn:waybill:any'].some(ns => fits(undefined, ns)) ? [`an element of a wildcard (${ANY})`] : []
  const end = names.length === 0 && others.length === 0 && !mayEnd(state, top) ? ['an element that no schema declares'] : []
  return [...names, ...others, ...end]
}

function label({ element }: Child): string {
  return element.tag
}
