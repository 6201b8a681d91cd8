import { EvaluationError, type Expression, type Variables } from '../../expressions/expression.ts'
import { isExactNumber } from '../json/exact-number.ts'
import { addFault, build, type Field, placeFaults, type RuleFault } from './fields.ts'
import type { RuleForm, WhenMissing } from './rule-form.ts'

/** A rule, ready to run. */
export interface Rule {
  readonly form: RuleForm
  /** For people: the expression, `table[key]`, the constant. */
  readonly text: string
  /** The value before `default` and `whenMissing`; undefined where the source has none. Throws EvaluationError. */
  read(variables: Variables): unknown
  /** What is missing, in words, after `read` found nothing. */
  why(variables: Variables): string
  readonly missing: Missing
  /** For each item of the list that `read` yields. */
  readonly each?: { readonly as: string; readonly fields: readonly Field[]; readonly rules: readonly Rule[] }
}

/** What becomes of a field whose source has no value. */
export interface Missing {
  readonly action: WhenMissing
  /** `reject`, since the target requires the field; not since the rule says so. */
  readonly implied: boolean
  /** Written instead: `default`, or what `empty` means for the field. */
  readonly instead?: unknown
}

/** The field of the target that a rule fills. */
export function ruleField(rule: Rule, key: string, pointer: string): Field {
  return {
    key,
    put(target, variables, faults) {
      try {
        const value = fill(rule, variables, { faults, pointer })
        if (value !== undefined) target[key] = value
      } catch (error) {
        addFault(faults, { pointer, rule: rule.text, message: faultText(error), implied: false })
      }
    },
  }
}

function fill(rule: Rule, variables: Variables, place: Place): unknown {
  const value = rule.read(variables)
  if (value !== undefined) return rule.each ? eachItem(rule.each, value, variables, place) : value
  const { action, implied, instead } = rule.missing
  if (action !== 'reject') return instead
  addFault(place.faults, { pointer: place.pointer, rule: rule.text, message: rule.why(variables), implied })
  return undefined
}

/** What an error says of the rule; throws what is no fault of the rule. */
export function faultText(error: unknown): string {
  if (error instanceof EvaluationError) return error.message
  throw error
}

interface Place {
  readonly faults: RuleFault[]
  readonly pointer: string
}

/** The variables of all items are one object, since no expression keeps it. */
function eachItem({ as, fields }: NonNullable<Rule['each']>, list: unknown, variables: Variables, place: Place): unknown {
  if (!Array.isArray(list)) throw new EvaluationError(`each needs a list; there is ${describe(list)}`)
  const inner: Record<string, unknown> = { ...variables, [as]: undefined }
  const made: unknown[] = []
  for (const item of list) {
    inner[as] = item
    made.push(buildItem(fields, inner, made.length, place))
  }
  return made
}

function buildItem(fields: readonly Field[], variables: Variables, index: number, { faults, pointer }: Place): unknown {
  const since = faults.length
  try {
    return build(fields, variables, faults)
  } finally {
    if (faults.length > since) placeFaults(faults, since, `${pointer}/${index}`)
  }
}

/** Reads the expression, then bounds the text's length. */
export function reader(expression: Expression, { maxLength, whenLonger }: RuleForm): Rule['read'] {
  if (maxLength === undefined) return variables => expression.evaluate(variables)
  return variables => bounded(expression.evaluate(variables), maxLength, whenLonger)
}

/** A text of at most so many characters (code points, as JSON Schema counts them). */
export function bounded(value: unknown, maxLength: number, whenLonger: RuleForm['whenLonger']): unknown {
  if (value === undefined || value === null) return value
  if (typeof value !== 'string') throw new EvaluationError(`maxLength is for texts; there is ${describe(value)}`)
  if (value.length <= maxLength) return value
  const characters = [...value]
  if (characters.length <= maxLength) return value
  if (whenLonger === 'trim') return characters.slice(0, maxLength).join('')
  throw new EvaluationError(`the text has ${characters.length} characters; at most ${maxLength} are allowed`)
}

/** A value in words: its kind, and no more of it than helps. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `the text ${clip(JSON.stringify(value))}`
  return typeof value === 'object' && !isExactNumber(value) ? 'an object' : clip(String(value))
}

export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
