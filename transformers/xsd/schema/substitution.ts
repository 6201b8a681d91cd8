import { attribute, type XmlElement } from '../../xml/document.ts'
import type { ElementDeclaration, SchemaSet } from '../model.ts'
import type { Components } from './components.ts'
import { isDerived } from './derivation.ts'
import { labelOf } from './report.ts'

type Members = ReadonlyMap<ElementDeclaration, readonly ElementDeclaration[]>

/** The substitution groups of the schemas; what is wrong with them is told. */
export function substitutionGroups(components: Components): SchemaSet['substitutes'] {
  const { symbols, report } = components
  const members = new Map<ElementDeclaration, ElementDeclaration[]>()
  const heads = new Map<ElementDeclaration, { head: ElementDeclaration; at: XmlElement }>()
  for (const { element: at, schema } of symbols.element.values()) {
    const text = attribute(at, 'substitutionGroup')
    const found = text === undefined ? undefined : components.find('element', at, text, schema)
    const [head, own] = [found && components.element(found.element, found.schema), components.element(at, schema)]
    if (!head || !own) continue
    heads.set(own, { head, at })
    const same = members.get(head)
    if (same) same.push(own)
    else members.set(head, [own])
    if (!isDerived(own.type, head.type)) {
      report.at(at, `${labelOf(at)} is in the substitution group of ${head.name.local}, but its type is not derived from that one's`)
    }
  }
  const told = new Set<ElementDeclaration>()
  for (const [own, { at }] of heads) {
    const circle = circleOf(own, heads)
    if (circle.some(element => told.has(element))) continue
    for (const element of circle) told.add(element)
    if (circle.length > 0) report.at(at, `the substitutionGroup of ${labelOf(at)} leads back to itself`)
  }
  return createSubstitutes(members)
}

/** The heads from an element back to itself; none where they do not lead there. */
function circleOf(
  start: ElementDeclaration,
  heads: ReadonlyMap<ElementDeclaration, { readonly head: ElementDeclaration }>,
): ElementDeclaration[] {
  const seen = new Set<ElementDeclaration>()
  for (let at = heads.get(start)?.head; at && !seen.has(at); at = heads.get(at)?.head) {
    seen.add(at)
    if (at === start) return [...seen]
  }
  return []
}

function createSubstitutes(members: Members): SchemaSet['substitutes'] {
  const known = new Map<ElementDeclaration, readonly ElementDeclaration[]>()
  return head => {
    const made = known.get(head) ?? groupOf(head, members).filter(({ abstract }) => !abstract)
    known.set(head, made)
    return made
  }
}

/** The head, and members of members, in the order of the schemas. */
function groupOf(head: ElementDeclaration, members: Members): ElementDeclaration[] {
  const found: ElementDeclaration[] = []
  const open = [head]
  for (let next = open.pop(); next; next = open.pop()) {
    found.push(next)
    open.push(...[...(members.get(next) ?? [])].reverse())
  }
  return found
}
