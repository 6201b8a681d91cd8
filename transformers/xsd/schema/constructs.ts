// The grammar of schemas (Structures, appendix A) as a table: what each construct may have as attributes and children.

export type ValueKind = 'any' | 'boolean' | 'count' | 'most' | 'name' | 'qname' | 'qnames' | 'form' | 'use' | 'process' | 'namespaces'

/** Children of these names, each a construct; phases follow one another. */
export interface Phase {
  readonly names: Readonly<Record<string, ConstructName>>
  readonly most?: 1
  readonly needed?: true
}

export interface Construct {
  readonly attributes: Readonly<Record<string, ValueKind>>
  readonly required?: readonly string[]
  /** Absent: anything may stand in it. */
  readonly phases?: readonly Phase[]
}

export type ConstructName =
  | 'schema'
  | 'import'
  | 'include'
  | 'redefine'
  | 'annotation'
  | 'open'
  | 'element'
  | 'localElement'
  | 'complexType'
  | 'localComplexType'
  | 'simpleType'
  | 'localSimpleType'
  | 'restriction'
  | 'list'
  | 'union'
  | 'facet'
  | 'simpleContent'
  | 'complexContent'
  | 'simpleExtension'
  | 'simpleRestriction'
  | 'complexExtension'
  | 'complexRestriction'
  | 'group'
  | 'groupReference'
  | 'allOfGroup'
  | 'particlesOfGroup'
  | 'all'
  | 'allElement'
  | 'particles'
  | 'any'
  | 'attribute'
  | 'localAttribute'
  | 'attributeGroup'
  | 'attributeGroupReference'
  | 'anyAttribute'
  | 'key'
  | 'keyReference'
  | 'path'
  | 'notation'

const FACETS = [
  'length',
  'minLength',
  'maxLength',
  'pattern',
  'enumeration',
  'whiteSpace',
  'minInclusive',
  'maxInclusive',
  'minExclusive',
  'maxExclusive',
  'totalDigits',
  'fractionDigits',
] as const

const annotation: Phase = { names: { annotation: 'annotation' }, most: 1 }
const anyAnnotation = { annotation: 'annotation' } as const
const attributes: readonly Phase[] = [
  { names: { attribute: 'localAttribute', attributeGroup: 'attributeGroupReference' } },
  { names: { anyAttribute: 'anyAttribute' }, most: 1 },
]
const facets: readonly Phase[] = [
  { names: { simpleType: 'localSimpleType' }, most: 1 },
  { names: Object.fromEntries(FACETS.map(name => [name, 'facet' as const])) },
]
const particle = { group: 'groupReference', all: 'all', choice: 'particles', sequence: 'particles' } as const
const inner = { element: 'localElement', group: 'groupReference', choice: 'particles', sequence: 'particles', any: 'any' } as const
const identity: Phase = { names: { unique: 'key', key: 'key', keyref: 'keyReference' } }
const elementPhases: readonly Phase[] = [
  annotation,
  { names: { simpleType: 'localSimpleType', complexType: 'localComplexType' }, most: 1 },
  identity,
]
const simple: readonly Phase[] = [
  annotation,
  { names: { restriction: 'restriction', list: 'list', union: 'union' }, most: 1, needed: true },
]
const complex: readonly Phase[] = [
  annotation,
  { names: { simpleContent: 'simpleContent', complexContent: 'complexContent', ...particle }, most: 1 },
  ...attributes,
]
const content: readonly Phase[] = [annotation, { names: particle, most: 1 }, ...attributes]
const occurs = { minOccurs: 'count', maxOccurs: 'most' } as const
const base = { id: 'any', base: 'qname' } as const
const identified = { id: 'any' } as const
const elementAttributes = {
  id: 'any',
  name: 'name',
  type: 'qname',
  nillable: 'boolean',
  default: 'any',
  fixed: 'any',
  block: 'any',
} as const
const attributeAttributes = { id: 'any', name: 'name', type: 'qname', default: 'any', fixed: 'any' } as const

/** By name; names of one's own where a construct differs by its place. */
export const CONSTRUCTS: Readonly<Record<ConstructName, Construct>> = {
  schema: {
    attributes: {
      id: 'any',
      targetNamespace: 'any',
      version: 'any',
      finalDefault: 'any',
      blockDefault: 'any',
      elementFormDefault: 'form',
      attributeFormDefault: 'form',
    },
    phases: [
      { names: { include: 'include', import: 'import', redefine: 'redefine', ...anyAnnotation } },
      {
        names: {
          simpleType: 'simpleType',
          complexType: 'complexType',
          group: 'group',
          attributeGroup: 'attributeGroup',
          element: 'element',
          attribute: 'attribute',
          notation: 'notation',
          ...anyAnnotation,
        },
      },
    ],
  },
  import: { attributes: { id: 'any', namespace: 'any', schemaLocation: 'any' }, phases: [annotation] },
  include: { attributes: { id: 'any', schemaLocation: 'any' }, required: ['schemaLocation'], phases: [annotation] },
  redefine: {
    attributes: { id: 'any', schemaLocation: 'any' },
    required: ['schemaLocation'],
    phases: [
      {
        names: { simpleType: 'simpleType', complexType: 'complexType', group: 'group', attributeGroup: 'attributeGroup', ...anyAnnotation },
      },
    ],
  },
  annotation: { attributes: identified, phases: [{ names: { documentation: 'open', appinfo: 'open' } }] },
  open: { attributes: { source: 'any' } },
  element: {
    attributes: { ...elementAttributes, substitutionGroup: 'qname', abstract: 'boolean', final: 'any' },
    phases: elementPhases,
  },
  localElement: { attributes: { ...elementAttributes, ...occurs, ref: 'qname', form: 'form' }, phases: elementPhases },
  allElement: { attributes: { ...elementAttributes, ...occurs, ref: 'qname', form: 'form' }, phases: elementPhases },
  complexType: {
    attributes: { id: 'any', name: 'name', mixed: 'boolean', abstract: 'boolean', final: 'any', block: 'any' },
    required: ['name'],
    phases: complex,
  },
  localComplexType: { attributes: { id: 'any', mixed: 'boolean' }, phases: complex },
  simpleType: { attributes: { id: 'any', name: 'name', final: 'any' }, required: ['name'], phases: simple },
  localSimpleType: { attributes: identified, phases: simple },
  restriction: { attributes: base, phases: [annotation, ...facets] },
  list: { attributes: { id: 'any', itemType: 'qname' }, phases: [annotation, { names: { simpleType: 'localSimpleType' }, most: 1 }] },
  union: { attributes: { id: 'any', memberTypes: 'qnames' }, phases: [annotation, { names: { simpleType: 'localSimpleType' } }] },
  facet: { attributes: { id: 'any', value: 'any', fixed: 'boolean' }, required: ['value'], phases: [annotation] },
  simpleContent: {
    attributes: identified,
    phases: [annotation, { names: { restriction: 'simpleRestriction', extension: 'simpleExtension' }, most: 1, needed: true }],
  },
  complexContent: {
    attributes: { id: 'any', mixed: 'boolean' },
    phases: [annotation, { names: { restriction: 'complexRestriction', extension: 'complexExtension' }, most: 1, needed: true }],
  },
  simpleExtension: { attributes: base, required: ['base'], phases: [annotation, ...attributes] },
  simpleRestriction: { attributes: base, required: ['base'], phases: [annotation, ...facets, ...attributes] },
  complexExtension: { attributes: base, required: ['base'], phases: content },
  complexRestriction: { attributes: base, required: ['base'], phases: content },
  group: {
    attributes: { id: 'any', name: 'name' },
    required: ['name'],
    phases: [annotation, { names: { all: 'allOfGroup', choice: 'particlesOfGroup', sequence: 'particlesOfGroup' }, most: 1, needed: true }],
  },
  groupReference: { attributes: { id: 'any', ref: 'qname', ...occurs }, required: ['ref'], phases: [annotation] },
  allOfGroup: { attributes: identified, phases: [annotation, { names: { element: 'allElement' } }] },
  particlesOfGroup: { attributes: identified, phases: [annotation, { names: inner }] },
  all: { attributes: { id: 'any', ...occurs }, phases: [annotation, { names: { element: 'allElement' } }] },
  particles: { attributes: { id: 'any', ...occurs }, phases: [annotation, { names: inner }] },
  any: { attributes: { id: 'any', namespace: 'namespaces', processContents: 'process', ...occurs }, phases: [annotation] },
  attribute: {
    attributes: attributeAttributes,
    phases: [annotation, { names: { simpleType: 'localSimpleType' }, most: 1 }],
  },
  localAttribute: {
    attributes: { ...attributeAttributes, ref: 'qname', use: 'use', form: 'form' },
    phases: [annotation, { names: { simpleType: 'localSimpleType' }, most: 1 }],
  },
  attributeGroup: { attributes: { id: 'any', name: 'name' }, required: ['name'], phases: [annotation, ...attributes] },
  attributeGroupReference: { attributes: { id: 'any', ref: 'qname' }, required: ['ref'], phases: [annotation] },
  anyAttribute: { attributes: { id: 'any', namespace: 'namespaces', processContents: 'process' }, phases: [annotation] },
  key: {
    attributes: { id: 'any', name: 'name' },
    required: ['name'],
    phases: [annotation, { names: { selector: 'path' }, most: 1, needed: true }, { names: { field: 'path' }, needed: true }],
  },
  keyReference: {
    attributes: { id: 'any', name: 'name', refer: 'qname' },
    required: ['name', 'refer'],
    phases: [annotation, { names: { selector: 'path' }, most: 1, needed: true }, { names: { field: 'path' }, needed: true }],
  },
  path: { attributes: { id: 'any', xpath: 'any' }, required: ['xpath'], phases: [annotation] },
  notation: { attributes: { id: 'any', name: 'name', public: 'any', system: 'any' }, required: ['name'], phases: [annotation] },
}
