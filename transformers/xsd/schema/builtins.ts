import { clark, type XmlName, XSD } from '../../xml/events.ts'
import type { ComplexType, Facets, SimpleType, TypeDefinition } from '../model.ts'

/** The type from which all others come (Structures, 3.4.7): anything. */
export const anyType: ComplexType = {
  kind: 'complex',
  name: { ns: XSD, local: 'anyType' },
  abstract: false,
  mixed: true,
  derivation: 'restriction',
  attributes: [],
  anyAttribute: { processContents: 'lax', allows: { kind: 'any' } },
  content: {
    kind: 'elements',
    particle: {
      kind: 'any',
      min: 0,
      max: Number.POSITIVE_INFINITY,
      wildcard: { processContents: 'lax', allows: { kind: 'any' } },
    },
  },
}

const COLLAPSE = { whiteSpace: 'collapse' } as const
const PRIMITIVES = `boolean decimal float double duration dateTime time date gYearMonth gYear gMonthDay gDay gMonth hexBinary base64Binary
anyURI QName NOTATION`.split(/\s+/)

// Name, base, and what it adds (Datatypes, 3.3).
const DERIVED: readonly (readonly [string, string, Partial<Facets>?])[] = [
  ['normalizedString', 'string', { whiteSpace: 'replace' }],
  ['token', 'normalizedString', COLLAPSE],
  ['language', 'token'],
  ['NMTOKEN', 'token'],
  ['Name', 'token'],
  ['NCName', 'Name'],
  ['ID', 'NCName'],
  ['IDREF', 'NCName'],
  ['ENTITY', 'NCName'],
  ['integer', 'decimal', { fractionDigits: 0 }],
  ['nonPositiveInteger', 'integer', { maxInclusive: '0' }],
  ['negativeInteger', 'nonPositiveInteger', { maxInclusive: '-1' }],
  ['long', 'integer', { minInclusive: '-9223372036854775808', maxInclusive: '9223372036854775807' }],
  ['int', 'long', { minInclusive: '-2147483648', maxInclusive: '2147483647' }],
  ['short', 'int', { minInclusive: '-32768', maxInclusive: '32767' }],
  ['byte', 'short', { minInclusive: '-128', maxInclusive: '127' }],
  ['nonNegativeInteger', 'integer', { minInclusive: '0' }],
  ['positiveInteger', 'nonNegativeInteger', { minInclusive: '1' }],
  ['unsignedLong', 'nonNegativeInteger', { maxInclusive: '18446744073709551615' }],
  ['unsignedInt', 'unsignedLong', { maxInclusive: '4294967295' }],
  ['unsignedShort', 'unsignedInt', { maxInclusive: '65535' }],
  ['unsignedByte', 'unsignedShort', { maxInclusive: '255' }],
]
const LISTS = [
  ['NMTOKENS', 'NMTOKEN'],
  ['IDREFS', 'IDREF'],
  ['ENTITIES', 'ENTITY'],
] as const

const simple = new Map<string, SimpleType>()
for (const builtin of ['anySimpleType', 'string']) add(builtin, undefined, { whiteSpace: 'preserve' })
for (const builtin of PRIMITIVES) add(builtin, simpleBuiltin('anySimpleType'), COLLAPSE)
for (const [builtin, base, facets] of DERIVED) add(builtin, simpleBuiltin(base), facets ?? {})
for (const [builtin, item] of LISTS)
  simple.set(builtin, {
    ...{ kind: 'simple', name: { ns: XSD, local: builtin }, variety: 'list', builtin: 'anySimpleType', primitive: 'anySimpleType' },
    ...{ item: simpleBuiltin(item), facets: { whiteSpace: 'collapse', minLength: 1 } },
  })

function add(builtin: string, base: SimpleType | undefined, facets: Partial<Facets>): void {
  const isPrimitive = base === undefined || base.builtin === 'anySimpleType'
  simple.set(builtin, {
    ...{ kind: 'simple', name: { ns: XSD, local: builtin }, variety: 'atomic', builtin },
    primitive: isPrimitive ? builtin : base.primitive,
    ...(base && { base }),
    facets: { whiteSpace: 'preserve', ...base?.facets, ...facets },
  })
}

/** A built-in simple type by its local name; throws for one that is none. */
export function simpleBuiltin(local: string): SimpleType {
  const found = simple.get(local)
  if (!found) throw new TypeError(`no built-in type ${local}`)
  return found
}

/** The built-in type of this name; undefined where it is none. */
export function builtinType({ ns, local }: XmlName): TypeDefinition | undefined {
  return ns === XSD ? builtinTypes.get(clark({ ns, local })) : undefined
}

/** All built-in types by their `clark` name. */
export const builtinTypes: ReadonlyMap<string, TypeDefinition> = new Map(
  [...simple, ['anyType', anyType] as const].map(([local, type]) => [clark({ ns: XSD, local }), type]),
)

/** True for the type of which all simple types are. */
export function isAnySimple({ name }: SimpleType): boolean {
  return name?.ns === XSD && name.local === 'anySimpleType'
}
