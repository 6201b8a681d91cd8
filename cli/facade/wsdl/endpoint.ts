import { kebab, wordsOf } from './words.ts'

export type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Where callers by REST reach an operation. */
export interface Endpoint {
  readonly verb: Verb
  /** `/stock/:sku` */
  readonly path: string
}

/** What decides on an operation's endpoint. */
export interface Asked {
  readonly operation: string
  /** A request of a few plain values, which can stand in path and query; undefined where it is more than that. */
  readonly plain: readonly PlainField[] | undefined
}

export interface PlainField {
  readonly name: string
  readonly required: boolean
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))
const READING = words(
  'get find list read fetch search query lookup retrieve load show describe count check ping status version browse select download',
)
const CREATING = words('create add insert place open register submit book new post send store save publish upload file')
const CHANGING = words('update set change modify replace edit put')
const REMOVING = words('delete remove erase')
const DOING = words(`cancel close confirm approve reject release reserve assign start stop reset resend notify calculate validate verify
  convert transfer execute process maintain import export merge lock unlock activate deactivate enable disable renew move copy rename
  accept decline return refund pay charge debit credit report raise print scan sync synchronize explode`)

/** Chooses the endpoint of each operation in turn; never two alike. */
export function createEndpoints(): (asked: Asked) => Endpoint {
  const taken = new Set<string>()
  return asked => {
    const found = candidates(asked).find(one => !taken.has(shapeOf(one)))
    const endpoint = found ?? numbered(asked, taken)
    taken.add(shapeOf(endpoint))
    return endpoint
  }
}

/** Two paths that differ by the names of their parameters alone are one. */
function shapeOf({ verb, path }: Endpoint): string {
  return `${verb} ${path.replaceAll(/:[^/]+/g, ':')}`
}

function candidates({ operation, plain }: Asked): readonly Endpoint[] {
  const whole = `/${kebab(operation, 'operation')}`
  const [first = '', ...rest] = wordsOf(operation)
  const noun = rest.length > 0 ? `/${rest.join('-')}` : whole
  const id = plain && parameters(plain)
  if (READING.has(first) && plain) return [noun, whole].map(path => ({ verb: 'GET', path: `${path}${id}` }))
  if (REMOVING.has(first) && plain) return [noun, whole].map(path => ({ verb: 'DELETE', path: `${path}${id}` }))
  if (CHANGING.has(first)) return [{ verb: 'PUT', path: noun }, ...posts([`${noun}/${first}`, whole])]
  if (CREATING.has(first)) return posts(rest.length > 0 ? [noun, `${noun}/${first}`, whole] : [whole])
  const known = [READING, REMOVING, DOING].some(set => set.has(first))
  return posts(known && rest.length > 0 ? [`${noun}/${first}`, whole] : [whole])
}

function posts(paths: readonly string[]): readonly Endpoint[] {
  return paths.map(path => ({ verb: 'POST', path }))
}

/** The one value without which nothing can be asked names the thing; all else is the query. */
function parameters(plain: readonly PlainField[]): string {
  const name = pathField(plain)
  return name === undefined ? '' : `/:${name}`
}

/** The field of a plain request that stands in the path. */
export function pathField(plain: readonly PlainField[]): string | undefined {
  const [only, other] = plain.filter(({ required }) => required)
  return only && !other && /^[A-Za-z_]\w*$/.test(only.name) ? only.name : undefined
}

function numbered({ operation }: Asked, taken: ReadonlySet<string>): Endpoint {
  const path = `/${kebab(operation, 'operation')}`
  let number = 2
  while (taken.has(`POST ${path}-${number}`)) number++
  return { verb: 'POST', path: `${path}-${number}` }
}
