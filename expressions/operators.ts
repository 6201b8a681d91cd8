import { EvaluationError } from './expression.ts'
import type { Frame, Run } from './frame.ts'
import { add, divide, multiply, type Numeric, negate, remainder, subtract } from './numbers.ts'
import { contains, equal, isNumber, kindOf, Maybe, named, order } from './values.ts'

type Binary = (left: unknown, right: unknown) => unknown

const binaries: Readonly<Record<string, Binary>> = {
  '==': (a, b) => a === b || equal(a, b),
  '!=': (a, b) => a !== b && !equal(a, b),
  '<': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a < b : order(a, b) < 0),
  '<=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a <= b : order(a, b) <= 0),
  '>': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a > b : order(a, b) > 0),
  '>=': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a >= b : order(a, b) >= 0),
  in: (a, b) => contains(b, a),
  '+': plus,
  '-': arithmetic('-', subtract),
  '*': arithmetic('*', multiply),
  '/': arithmetic('/', divide),
  '%': arithmetic('%', remainder),
}

/** `left op right`; absent where one of them is. */
export function binary(op: string, left: Run, right: Run): Run {
  const apply = binaries[op]
  if (!apply) throw new Error(`no operator ${op}`)
  return frame => {
    const a = left(frame)
    if (a === undefined) return undefined
    const b = right(frame)
    return b === undefined ? undefined : apply(a, b)
  }
}

/** `==` and `!=` with an optional: what is not there equals nothing. */
export function equality(op: string, left: Run, right: Run): Run {
  return frame => {
    const a = left(frame)
    const b = right(frame)
    if (a === undefined || b === undefined) return undefined
    const held = a instanceof Maybe ? a.value : a
    return equal(held, b instanceof Maybe ? b.value : b) === (op === '==')
  }
}

/** `&&` (decisive: false) and `||` (decisive: true): the decisive value wins from either side, even over an error or an absent field. */
export function logical(decisive: boolean, left: Run, right: Run): Run {
  const op = decisive ? '||' : '&&'
  return frame => {
    const a = attempt(left, frame)
    if (a === decisive) return decisive
    const b = right(frame)
    if (b === decisive) return decisive
    if (a instanceof Error) throw a
    if (a === undefined || b === undefined) return undefined
    if (typeof a === 'boolean' && typeof b === 'boolean') return !decisive
    throw new EvaluationError(`${op} needs true or false at both sides, saw ${named(kindOf(typeof a === 'boolean' ? b : a))}`)
  }
}

/** `condition ? yes : no` */
export function ternary(condition: Run, yes: Run, no: Run): Run {
  return frame => {
    const held = condition(frame)
    if (held === true) return yes(frame)
    if (held === false) return no(frame)
    if (held === undefined) return undefined
    throw new EvaluationError(`a condition before "?" must be true or false, saw ${named(kindOf(held))}`)
  }
}

/** `!operand` */
export function not(operand: Run): Run {
  return frame => {
    const value = operand(frame)
    if (typeof value === 'boolean') return !value
    if (value === undefined) return undefined
    throw new EvaluationError(`"!" needs true or false, saw ${named(kindOf(value))}`)
  }
}

/** `-operand` */
export function minus(operand: Run): Run {
  return frame => {
    const value = operand(frame)
    if (isNumber(value)) return negate(value)
    if (value === undefined) return undefined
    throw new EvaluationError(`"-" needs a number, saw ${named(kindOf(value))}`)
  }
}

/** The value, or the EvaluationError that was thrown. */
export function attempt(run: Run, frame: Frame): unknown {
  try {
    return run(frame)
  } catch (error) {
    if (error instanceof EvaluationError) return error
    throw error
  }
}

function plus(a: unknown, b: unknown): unknown {
  if (isNumber(a) && isNumber(b)) return add(a, b)
  if (typeof a === 'string' && typeof b === 'string') return a + b
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
  throw new EvaluationError(
    `"+" needs two numbers, two texts or two lists, saw ${named(kindOf(a))} and ${named(kindOf(b))}; text() makes a text of a number`,
  )
}

function arithmetic(op: string, apply: (a: Numeric, b: Numeric) => Numeric): Binary {
  return (a, b) => {
    if (isNumber(a) && isNumber(b)) return apply(a, b)
    throw new EvaluationError(
      `"${op}" needs two numbers, saw ${named(kindOf(a))} and ${named(kindOf(b))}; number() makes a number of a text`,
    )
  }
}
