import type { JsonSchema } from '../../../config/project.ts'
import type { Facets, SimpleType } from '../model.ts'

/** The JSON Schema of a simple type's values. */
export function simpleSchema(type: SimpleType): JsonSchema {
  const { documentation } = type
  return { ...(documentation !== undefined && { description: documentation }), ...valueSchema(type) }
}

function valueSchema(type: SimpleType): JsonSchema {
  const { variety, primitive, facets } = type
  if (variety === 'list') return listSchema(type)
  if (variety === 'union') return unionSchema(type)
  if (primitive === 'decimal') return { type: type.builtin === 'decimal' ? 'number' : 'integer', ...numberFacets(facets) }
  if (primitive === 'float' || primitive === 'double') return { anyOf: [{ type: 'number' }, { enum: ['INF', '-INF', 'NaN'] }] }
  if (primitive === 'boolean') return { type: 'boolean' }
  if (primitive === 'QName' || primitive === 'NOTATION') return { type: 'string' }
  const measured = primitive === 'base64Binary' || primitive === 'hexBinary' ? {} : lengths(facets, 'Length')
  const { enumeration } = facets
  return { type: 'string', ...measured, ...patternsOf(facets), ...(enumeration && { enum: enumeration }) }
}

function listSchema({ item, facets }: SimpleType): JsonSchema {
  return { type: 'array', ...(item && { items: simpleSchema(item) }), ...lengths(facets, 'Items') }
}

function unionSchema({ members = [] }: SimpleType): JsonSchema {
  const schemas = new Map(members.map(member => [JSON.stringify(valueSchema(member)), valueSchema(member)]))
  const [only] = schemas.values()
  return only && schemas.size === 1 ? only : { anyOf: [...schemas.values()] }
}

function numberFacets({ minInclusive, maxInclusive, minExclusive, maxExclusive }: Facets): JsonSchema {
  return {
    ...bound('minimum', minInclusive),
    ...bound('maximum', maxInclusive),
    ...bound('exclusiveMinimum', minExclusive),
    ...bound('exclusiveMaximum', maxExclusive),
  }
}

/** Left out where a double would bend it. */
function bound(keyword: string, text: string | undefined): JsonSchema {
  return text === undefined || text.length > 15 ? {} : { [keyword]: Number(text) }
}

function lengths({ length, minLength = length, maxLength = length }: Facets, what: 'Length' | 'Items'): JsonSchema {
  return { ...(minLength !== undefined && { [`min${what}`]: minLength }), ...(maxLength !== undefined && { [`max${what}`]: maxLength }) }
}

/** What means the same in both kinds of expressions: no names of blocks, no \i and \c, no classes taken from classes, no anchors. */
const SAME = /^(?:[\w ,:;=@#%!~'"<>\-+*?.{}()|/]|\\[dw.\\\-+*?{}()|[\]/]|\[\^?(?:[\w ,:;=@#%!~'".+*?()/-]|\\[dw.\\\-[\]])+\])*$/

function patternsOf({ patterns }: Facets): JsonSchema {
  const steps = (patterns ?? []).filter(step => step.every(isSame)).map(step => `^(?:${step.join('|')})$`)
  const [only] = steps
  if (only === undefined) return {}
  return steps.length === 1 ? { pattern: only } : { allOf: steps.map(pattern => ({ pattern })) }
}

function isSame(pattern: string): boolean {
  if (!SAME.test(pattern) || /\\w|-\[/.test(pattern)) return false
  try {
    return new RegExp(`^(?:${pattern})$`, 'u') !== undefined
  } catch {
    return false
  }
}
