import type { Field, Part } from './shape.ts'
import { key, scalar } from './yaml.ts'

/** From callers to the service, or back. */
export type Direction = 'request' | 'answer'

/** The lines of `rules` of a mapping for this shape, within the field `into` if there is one; undefined where no rules can say it, and the body goes on as it is. */
export function rulesOf(part: Part, direction: Direction, into?: string): readonly string[] | undefined {
  if (part.kind !== 'object') return undefined
  const target = into === undefined ? [] : [into]
  return objectLines(part.fields, { direction, target, source: 'body', names: ['body', 'headers', 'meta'] })
}

interface Place {
  readonly direction: Direction
  /** Names of the target that lead here. */
  readonly target: readonly string[]
  /** The expression that leads here. */
  readonly source: string
  /** What expressions can name here. */
  readonly names: readonly string[]
}

function objectLines(fields: readonly Field[], place: Place): readonly string[] {
  return fields.flatMap(field => {
    const { xml, rest, part } = field
    const [to, from] = place.direction === 'request' ? [xml, rest] : [rest, xml]
    const target = to === undefined ? place.target : [...place.target, to]
    const source = from === undefined ? place.source : member(place.source, from)
    const inner = { ...place, target, source }
    if (part.kind === 'object') return objectLines(part.fields, inner)
    if (part.kind === 'list') return listLines(field, part.item, inner)
    return [`${key(target.join('.'))}: ${scalar(source)}`]
  })
}

function listLines({ xml }: Field, item: Part, { direction, target, source, names }: Place): readonly string[] {
  if (item.kind !== 'object') return []
  const as = itemName(xml, names)
  const lines = objectLines(item.fields, { direction, target: [], source: as, names: [...names, as] })
  return [`${key(target.join('.'))}:`, `  each: ${scalar(source)}`, `  as: ${as}`, '  rules:', ...lines.map(line => `    ${line}`)]
}

/** Words that CEL keeps for itself. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(' '),
)

/** `base.name`, or `base["@name"]` where the name is no plain word. */
export function member(base: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? `${base}.${name}` : `${base}[${JSON.stringify(name)}]`
}

/** What the items of a list are called: the list's name in the singular, where that is a name of its own. */
function itemName(list: string, taken: readonly string[]): string {
  const word = list.replace(/[^A-Za-z0-9_]/g, '').replace(/^(?=\d)/, '_')
  const small = `${word.slice(0, 1).toLowerCase()}${word.slice(1)}`
  const single = small.replace(/ies$/, 'y').replace(/(?<=[^siu])s$/, '')
  const wanted = single === '' || RESERVED.has(single) ? 'item' : single
  let name = wanted
  for (let number = 2; taken.includes(name); number++) name = `${wanted}${number}`
  return name
}
