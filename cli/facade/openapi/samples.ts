import { BODY, DONE, type Operation, RESULT } from './operation.ts'
import { type Branch, isEmptiable, isNamable, type Json, type Member, type ObjectShape, type Shape } from './shape.ts'

/** One value in both forms: what REST has, and the body of SOAP. */
export interface Sample {
  readonly json: Json | undefined
  readonly xml: Json | undefined
}

/** Which members a sample has: those of requests or of answers. */
export type Side = 'request' | 'answer'

const NONE: Sample = { json: undefined, xml: undefined }

/** A value of the shape; undefined in both forms where there can be none, as in a shape that contains itself. */
export function sampleOf(shape: Shape, side: Side, outer: readonly Shape[] = []): Sample {
  if (shape.kind === 'nothing') return { json: shape.instead, xml: undefined }
  if (shape.kind === 'scalar') return { json: shape.sample, xml: shape.mixed ? String(shape.sample) : shape.sample }
  if (shape.kind === 'list') return listSample(shape, side, outer)
  if (outer.includes(shape)) return NONE
  const within = [...outer, shape]
  if (shape.kind === 'object') return objectSample(shape, side, within)
  const [branch] = shape.branches
  return branch ? branchSample(branch, side, within) : NONE
}

function listSample({ items, min }: Shape & { kind: 'list' }, side: Side, outer: readonly Shape[]): Sample {
  const item = sampleOf(items, side, outer)
  if (item.json === undefined) return { json: [], xml: undefined }
  const count = Math.max(1, Math.min(min, 10))
  const json = Array<Json>(count).fill(item.json)
  if (item.xml === undefined) return { json, xml: undefined }
  return { json, xml: Array<Json>(count).fill(items.kind === 'list' ? { item: item.xml } : item.xml) }
}

function objectSample({ members }: ObjectShape, side: Side, within: readonly Shape[]): Sample {
  const made = members
    .filter(({ way }) => way === 'both' || way === side)
    .map(member => [member, memberSample(member, side, within)] as const)
  const json = made.flatMap(([member, sample]) => (sample.json === undefined ? [] : [[member.json, sample.json] as const]))
  const xml = made.flatMap(([member, sample]) => (sample.xml === undefined ? [] : [[member.xml, sample.xml] as const]))
  return { json: Object.fromEntries(json), xml: Object.fromEntries(xml) }
}

/** What is not carried is left out where it may be, and so is what has nothing in it. */
function memberSample({ shape, required, json: name }: Member, side: Side, within: readonly Shape[]): Sample {
  if (shape.kind === 'nothing' && !required) return NONE
  const { json, xml } = sampleOf(shape, side, within)
  const told = isNothing(xml) && isEmptiable(shape) ? undefined : xml
  if (side === 'answer') return { json, xml: told }
  if (!isNamable(name)) return { json: undefined, xml: told }
  return { json: told === undefined && !required ? undefined : json, xml: told }
}

function isNothing(xml: Json | undefined): boolean {
  return typeof xml === 'object' && xml !== null && !Array.isArray(xml) && Object.keys(xml).length === 0
}

function branchSample({ xml: name, shape, test }: Branch, side: Side, within: readonly Shape[]): Sample {
  const { json, xml } = objectSample(shape, side, [...within, shape])
  const told = test.value === undefined ? {} : { [test.member]: test.value }
  return { json: { ...Object(json), ...told }, xml: { [name]: { ...Object(xml), ...told } } }
}

/** A request in SOAP's form, and what REST gets of it. */
export interface RequestSample {
  readonly body: Readonly<Record<string, Json>>
  readonly json: Json | undefined
}

/** A request of an operation with all that is optional. `changed`: the parameter whose value is the other one. */
export function requestSample({ parameters, body }: Operation, changed?: string): RequestSample {
  const values = parameters.flatMap(({ xml, shape }): readonly (readonly [string, Json])[] => {
    if (xml === changed && shape.kind === 'scalar' && shape.other !== undefined) return [[xml, shape.other]]
    const sample = sampleOf(shape, 'request').xml
    return sample === undefined ? [] : [[xml, sample]]
  })
  const sample = body ? sampleOf(body.shape, 'request') : NONE
  const own = sample.xml === undefined ? [] : [[BODY, sample.xml] as const]
  return { body: Object.fromEntries([...values, ...own]), json: sample.json }
}

/** What REST answers, and the response that it becomes. */
export function answerSample({ result }: Operation): Sample {
  if (!result) return { json: undefined, xml: { [DONE]: true } }
  const { json, xml } = sampleOf(result.shape, 'answer')
  return { json, xml: xml === undefined || (isNothing(xml) && isEmptiable(result.shape)) ? {} : { [RESULT]: xml } }
}
