import { suggestion } from '../../../config/faults.ts'
import type { SimpleType } from '../model.ts'
import { compareValues } from '../values/order.ts'
import { createSimpleValue } from '../values.ts'
import type { SaidFacet } from './facets.ts'
import { quote, type SchemaReport } from './report.ts'

const LENGTHS = ['length', 'minLength', 'maxLength']
const BOUNDS = ['minInclusive', 'maxInclusive', 'minExclusive', 'maxExclusive']
const DIGITS = ['totalDigits', 'fractionDigits']
const ALL = ['pattern', 'enumeration', 'whiteSpace']
const SPACES = ['preserve', 'replace', 'collapse']
const MEASURED = new Set(['string', 'hexBinary', 'base64Binary', 'anyURI', 'QName', 'NOTATION'])
const ORDERED = new Set(['float', 'double', 'duration', 'dateTime', 'time', 'date', 'gYear', 'gYearMonth', 'gMonthDay', 'gDay', 'gMonth'])

interface Checking {
  readonly base: SimpleType
  readonly report: SchemaReport
  readonly said: ReadonlyMap<string, SaidFacet>
}

/** Tells facets that their type has not, values that are none, and those that contradict one another or the base (Datatypes, 4.3); true where there are none. */
export function checkFacets(facets: readonly SaidFacet[], base: SimpleType, fixed: ReadonlySet<string>, report: SchemaReport): boolean {
  const before = report.count
  const allowed = allowedFor(base)
  const said = new Map<string, SaidFacet>()
  for (const facet of facets) {
    const { name, element } = facet
    if (!allowed.includes(name)) report.at(element, `xs:${name} is no facet of ${nameOf(base)}${suggestion(name, allowed)}`)
    else if (said.has(name) && name !== 'pattern' && name !== 'enumeration') report.at(element, `xs:${name} stands twice`)
    else if (fixed.has(name) && facet.value.trim() !== String(base.facets[name as keyof typeof base.facets])) {
      report.at(element, `xs:${name} cannot be changed: the base has fixed it`)
    }
    said.set(name, facet)
  }
  const checking = { base, report, said }
  if (report.count === before) for (const facet of said.values()) checkValue(facet, checking)
  if (report.count === before) for (const rule of RULES) rule(checking)
  return report.count === before
}

function allowedFor({ variety, primitive }: SimpleType): readonly string[] {
  if (variety === 'union') return ['pattern', 'enumeration']
  if (variety === 'list' || MEASURED.has(primitive)) return [...LENGTHS, ...ALL]
  if (primitive === 'decimal') return [...DIGITS, ...BOUNDS, ...ALL]
  if (ORDERED.has(primitive)) return [...BOUNDS, ...ALL]
  return primitive === 'boolean' ? ['pattern', 'whiteSpace'] : ALL
}

function checkValue({ name, value, element }: SaidFacet, { base, report }: Checking): void {
  const text = value.trim()
  if (name === 'whiteSpace') {
    if (!SPACES.includes(text)) report.at(element, `whiteSpace ${quote(value)} is not allowed; expected: ${SPACES.join(', ')}`)
    else if (SPACES.indexOf(text) < SPACES.indexOf(base.facets.whiteSpace)) {
      report.at(element, `whiteSpace ${text} is looser than that of the base, ${base.facets.whiteSpace}`)
    }
  } else if (LENGTHS.includes(name) || DIGITS.includes(name)) {
    const least = name === 'totalDigits' ? 1 : 0
    if (!/^\+?\d{1,15}$/.test(text) || Number(text) < least) {
      report.at(element, `${name} ${quote(value)} is not allowed; expected: a whole number from ${least}`)
    }
  } else if (BOUNDS.includes(name)) {
    const wrong = createSimpleValue(unbounded(base))(value)
    if (wrong !== undefined) report.at(element, `${name} ${quote(value)} is none of ${nameOf(base)}: ${wrong}`)
  }
}

/** The base without its facets: a bound may be one that the base excludes. */
function unbounded(base: SimpleType): SimpleType {
  return {
    ...base,
    facets: {
      whiteSpace: base.facets.whiteSpace,
      ...(base.builtin !== 'decimal' && base.primitive === 'decimal' && { fractionDigits: 0 }),
    },
  }
}

const RULES: readonly ((checking: Checking) => void)[] = [lengths, digits, bounds]

function lengths({ base, said, report }: Checking): void {
  const own = (name: 'length' | 'minLength' | 'maxLength'): number | undefined => numberOf(said.get(name)) ?? base.facets[name]
  const [length, least, most] = [own('length'), own('minLength'), own('maxLength')]
  const place = LENGTHS.map(name => said.get(name)).find(facet => facet !== undefined)
  if (!place) return
  const { facets } = base
  if (least !== undefined && most !== undefined && least > most) tell(place, `minLength ${least} is above maxLength ${most}`, report)
  else if (length !== undefined && (length < (least ?? length) || length > (most ?? length))) {
    tell(place, `length ${length} contradicts minLength or maxLength`, report)
  } else if (facets.length !== undefined && length !== facets.length)
    tell(place, `length ${length} is not that of the base, ${facets.length}`, report)
  else if (facets.minLength !== undefined && (least ?? 0) < facets.minLength) {
    tell(place, `minLength ${least} is below that of the base, ${facets.minLength}`, report)
  } else if (facets.maxLength !== undefined && (most ?? 0) > facets.maxLength) {
    tell(place, `maxLength ${most} is above that of the base, ${facets.maxLength}`, report)
  }
}

function digits({ base, said, report }: Checking): void {
  const place = said.get('fractionDigits') ?? said.get('totalDigits')
  if (!place) return
  const total = numberOf(said.get('totalDigits')) ?? base.facets.totalDigits
  const fraction = numberOf(said.get('fractionDigits')) ?? base.facets.fractionDigits
  if (total !== undefined && fraction !== undefined && fraction > total)
    tell(place, `fractionDigits ${fraction} is above totalDigits ${total}`, report)
  for (const name of ['totalDigits', 'fractionDigits'] as const) {
    const [own, before] = [numberOf(said.get(name)), base.facets[name]]
    if (own !== undefined && before !== undefined && own > before)
      tell(place, `${name} ${own} is above that of the base, ${before}`, report)
  }
}

function bounds({ base, said, report }: Checking): void {
  const compare = compareValues(base)
  const own = BOUNDS.flatMap(name => said.get(name) ?? [])
  if (!compare || own.length === 0) return
  for (const [one, other] of [
    ['minInclusive', 'minExclusive'],
    ['maxInclusive', 'maxExclusive'],
  ] as const) {
    const second = said.get(other)
    if (said.has(one) && second) tell(second, `${other} stands beside ${one}, of which there can be one`, report)
  }
  for (const facet of own) {
    const { facets } = base
    const isOutside = (bound: string | undefined, isWrong: (order: number) => boolean): boolean =>
      bound !== undefined && isWrong(compare(facet.value.trim(), bound))
    const low = isOutside(facets.minInclusive, order => order < 0) || isOutside(facets.minExclusive, order => order < 0)
    const high = isOutside(facets.maxInclusive, order => order > 0) || isOutside(facets.maxExclusive, order => order > 0)
    if (low || high) tell(facet, `${facet.name} ${facet.value} is outside the bounds of the base`, report)
  }
  const [low, high] = [said.get('minInclusive') ?? said.get('minExclusive'), said.get('maxInclusive') ?? said.get('maxExclusive')]
  if (low && high && compare(low.value.trim(), high.value.trim()) > 0) {
    tell(high, `${high.name} ${high.value} is below ${low.name} ${low.value}`, report)
  }
}

function tell({ element }: SaidFacet, message: string, report: SchemaReport): void {
  report.at(element, message)
}

function numberOf(facet: SaidFacet | undefined): number | undefined {
  return facet && Number(facet.value)
}

function nameOf({ name, builtin, variety }: SimpleType): string {
  if (name) return name.local
  return variety === 'atomic' ? `xs:${builtin}` : `a ${variety}`
}
