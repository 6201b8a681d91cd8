import type { XmlElement } from '../../xml/document.ts'
import { clark } from '../../xml/events.ts'
import type { AttributeUse, ComplexType, Wildcard } from '../model.ts'
import type { SaidAttributes } from './attributes.ts'
import { isDerived } from './derivation.ts'
import { quote, type SchemaReport } from './report.ts'
import { allows, isSubset, union } from './wildcards.ts'

type Base = Pick<ComplexType, 'attributes' | 'anyAttribute'>

/** The attributes of a type: those that are inherited and its own; prohibited ones are gone. */
export interface AllAttributes {
  readonly attributes: readonly AttributeUse[]
  readonly anyAttribute?: Wildcard
}

/** An extension has the base's attributes and its own (Structures, 3.4.2). */
export function extended(base: Base, { uses, any }: SaidAttributes, how: XmlElement, report: SchemaReport): AllAttributes {
  const inherited = new Set(base.attributes.map(use => clark(use.name)))
  const own = [...uses].filter(([, { prohibited }]) => !prohibited)
  for (const [key] of own) if (inherited.has(key)) report.at(how, `the extension has the attribute ${quote(key)}, which its base has`)
  const wildcard = unitedWith(base.anyAttribute, any, how, report)
  return { attributes: [...base.attributes, ...own.map(([, use]) => use)], ...(wildcard && { anyAttribute: wildcard }) }
}

function unitedWith(base: Wildcard | undefined, own: Wildcard | undefined, how: XmlElement, report: SchemaReport): Wildcard | undefined {
  if (!base || !own) return own ?? base
  const either = union(base.allows, own.allows)
  if (!either) report.at(how, 'no xs:anyAttribute says what those of the base and of the extension allow together')
  return { ...own, allows: either ?? own.allows }
}

/** A restriction has the base's attributes, with what it says of them laid over (Structures, 3.4.6, derivation of restrictions). */
export function narrowed(base: Base, { uses, any }: SaidAttributes, how: XmlElement, report: SchemaReport): AllAttributes {
  const all = new Map(base.attributes.map(use => [clark(use.name), use]))
  for (const [key, use] of uses) {
    const wrong = use.prohibited ? undefined : notNarrower(use, all.get(key), base)
    if (wrong !== undefined) report.at(how, `the restriction's attribute ${quote(key)} ${wrong}`)
    all.set(key, use)
  }
  for (const { name, required } of base.attributes) {
    if (required && all.get(clark(name))?.prohibited) {
      report.at(how, `the restriction prohibits the attribute ${quote(clark(name))}, which its base requires`)
    }
  }
  if (any && !(base.anyAttribute && isSubset(any.allows, base.anyAttribute.allows))) {
    report.at(how, "the restriction's xs:anyAttribute allows what its base does not")
  }
  return { attributes: [...all.values()].filter(({ prohibited }) => !prohibited), ...(any && { anyAttribute: any }) }
}

function notNarrower(use: AttributeUse, before: AttributeUse | undefined, { anyAttribute }: Base): string | undefined {
  if (!before) return anyAttribute && allows(anyAttribute.allows, use.name.ns) ? undefined : 'is none that its base allows'
  if (before.required && !use.required) return 'is optional, but its base requires it'
  if (!isDerived(use.type, before.type)) return "has a type that is not derived from that of the base's"
  return before.fixed !== undefined && use.fixed !== before.fixed ? `is not fixed to ${quote(before.fixed)}, as in its base` : undefined
}
