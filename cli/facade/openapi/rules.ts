import type { Json, Member, ObjectShape, Shape } from './shape.ts'
import { isNamable, isSame } from './shape.ts'

/** A rule of a mapping, short or long. */
export type Rule = string | { readonly [key: string]: Json | Rule | Rules }
export type Rules = { readonly [field: string]: Rule }

/** Which way a body is mapped. */
export type Way = 'to-json' | 'to-xml'

interface Mapping {
  readonly way: Way
  note(text: string): void
}

interface Inside extends Mapping {
  /** Objects around this one. */
  readonly outer: readonly Shape[]
  /** How many lists are around it. */
  readonly lists: number
  /** Holds where the body is of the branch that the rules are for. */
  readonly guard?: string
}

const WORD = /^[A-Za-z_]\w*$/
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop null package namespace return true var void while'.split(' '),
)

/** A member of what an expression yields. */
export function access(base: string, name: string): string {
  return WORD.test(name) && !RESERVED.has(name) ? `${base}.${name}` : `${base}[${JSON.stringify(name)}]`
}

/** The rules that make an object of what `source` yields. */
export function objectRules(object: ObjectShape, source: string, mapping: Mapping): Rules {
  return membersOf(object, source, { ...mapping, outer: [], lists: 0 })
}

/** The rule for one field, or those for the fields in it. */
export function fieldRules(field: string, shape: Shape, source: string, mapping: Mapping & { required: boolean }): Rules {
  return valueRules({ field, source, required: mapping.required, nullable: false }, shape, { ...mapping, outer: [], lists: 0 })
}

function membersOf(object: ObjectShape, source: string, inside: Inside): Rules {
  const within: Inside = { ...inside, outer: [...inside.outer, object] }
  const useless = inside.way === 'to-json' ? 'answer' : 'request'
  return Object.assign({}, ...object.members.filter(({ way }) => way !== useless).map(member => memberRules(member, source, within)))
}

function memberRules(member: Member, source: string, inside: Inside): Rules {
  const [from, to] = inside.way === 'to-json' ? [member.xml, member.json] : [member.json, member.xml]
  if (inside.way === 'to-json' && !isNamable(to)) {
    inside.note(`member "${to}" is not carried to REST: rules cannot name it; rename it, or write it with jsonata`)
    return {}
  }
  return valueRules({ field: to, source: access(source, from), required: member.required, nullable: member.nullable }, member.shape, inside)
}

interface Place {
  readonly field: string
  readonly source: string
  readonly required: boolean
  readonly nullable: boolean
}

function valueRules(place: Place, shape: Shape, inside: Inside): Rules {
  const rules = carried(place, shape, inside)
  if (!place.required || inside.way === 'to-xml' || Object.keys(rules).length > 0) return rules
  return { [place.field]: { is: instead(shape), note: 'required, and not carried' } }
}

function instead(shape: Shape): Json {
  if (shape.kind === 'list') return []
  return shape.kind === 'nothing' ? shape.instead : {}
}

function carried(place: Place, shape: Shape, inside: Inside): Rules {
  const { field, source } = place
  if (shape.kind === 'nothing') return {}
  if (shape.kind === 'scalar') return { [field]: guarded(shape.mixed && inside.way === 'to-xml' ? `text(${source})` : source, inside) }
  if (shape.kind === 'list') {
    const rule = listRule(place, shape, inside)
    return rule === undefined ? {} : { [field]: rule }
  }
  return shape.kind === 'choice' ? choiceRules(place, shape, inside) : objectFields(place, shape, inside)
}

function objectFields({ field, source, required, nullable }: Place, shape: ObjectShape, inside: Inside): Rules {
  const again = inside.outer.includes(shape)
  const needsNull = nullable && (required || inside.way === 'to-json')
  if (isSame(shape) && (again || needsNull)) return { [field]: guarded(source, again ? whole(field, inside) : inside) }
  if (again) return unmapped(field, inside)
  const inner = Object.entries(membersOf(shape, source, inside)).map(([name, rule]) => [`${field}.${name}`, rule])
  return Object.fromEntries(inner)
}

/** Tells that a value is handed on as it is, which in XML has room for what is described only. */
function whole(field: string, inside: Inside): Inside {
  if (inside.way === 'to-xml') inside.note(`"${field}" holds itself and is handed on whole: a member that is not described is refused`)
  return inside
}

function unmapped(field: string, { note }: Inside): Rules {
  note(`"${field}" is not carried: it holds itself, and in it are names or values that XML has otherwise; map it with jsonata`)
  return {}
}

function guarded(source: string, { guard }: Inside): string {
  return guard === undefined ? source : `coalesce(${guard} ? ${source} : null)`
}

function listRule({ source: bare, required, field }: Place, { items }: Shape & { kind: 'list' }, inside: Inside): Rule | undefined {
  const source = guarded(bare, inside)
  const empty = required && inside.way === 'to-json' ? { default: [] } : {}
  const value = (text: string): Rule => (required && inside.way === 'to-json' ? { value: text, ...empty } : text)
  if (items.kind === 'scalar') return value(items.mixed && inside.way === 'to-xml' ? `${source}.map(one, text(one))` : source)
  if (items.kind === 'list') return nestedRule(source, items, inside, value)
  if (items.kind === 'nothing') return undefined
  if (inside.outer.includes(items)) {
    if (isSame(items)) return value(guarded(bare, whole(field, inside)))
    unmapped(field, inside)
    return undefined
  }
  if (items.kind === 'choice' && inside.way === 'to-json') {
    return items.branches.every(branch => isSame(branch.shape))
      ? value(`${source}.map(one, ${chosen('one', items)})`)
      : choiceUnmapped(field, inside)
  }
  const as = inside.lists === 0 ? 'item' : `item${inside.lists + 1}`
  const { guard: _guard, ...unguarded } = inside
  const within = { ...unguarded, lists: inside.lists + 1 }
  const rules = items.kind === 'choice' ? branchRules('', as, items, within) : membersOf(items, as, within)
  return Object.keys(rules).length > 0 ? { each: source, as, rules, ...empty } : undefined
}

/** In XML a list of lists is a list of elements that hold `item`s. */
function nestedRule(
  source: string,
  { items }: Shape & { kind: 'list' },
  { way, note }: Inside,
  whole: (value: string) => Rule,
): Rule | undefined {
  const isText = items.kind === 'scalar' && items.mixed
  if (!isText && (items.kind === 'list' || !isSame(items)))
    return void note(`the list of lists ${source} is not carried; map it with jsonata`)
  if (way === 'to-json') return whole(`${source}.map(row, row.item)`)
  return { each: source, as: 'row', rules: { item: isText ? 'row.map(one, text(one))' : 'row' } }
}

function choiceRules({ field, source }: Place, shape: Shape & { kind: 'choice' }, inside: Inside): Rules {
  if (inside.way === 'to-xml') return branchRules(`${field}.`, source, shape, inside)
  if (shape.branches.every(branch => isSame(branch.shape))) return { [field]: chosen(source, shape) }
  choiceUnmapped(field, inside)
  return {}
}

function choiceUnmapped(field: string, { note }: Inside): undefined {
  note(`the choice "${field}" is not carried to REST, since in it are names or values that XML has otherwise; map it with jsonata`)
}

function chosen(source: string, { branches }: Shape & { kind: 'choice' }): string {
  return `coalesce(${branches.map(({ xml }) => access(source, xml)).join(', ')})`
}

/** An element for each branch, filled where the body is of it. */
function branchRules(before: string, source: string, { branches }: Shape & { kind: 'choice' }, inside: Inside): Rules {
  const all = branches.flatMap(({ xml, shape, test }) => {
    const member = access(source, test.member)
    const guard = test.value === undefined ? `has(${member})` : `${member} == ${JSON.stringify(test.value)}`
    return Object.entries(membersOf(shape, source, { ...inside, guard })).map(([name, rule]) => [`${before}${xml}.${name}`, rule])
  })
  return Object.fromEntries(all)
}
