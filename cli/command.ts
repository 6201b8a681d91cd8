import type { Terminal } from './terminal.ts'

/** What a command's exit code says. */
export const exit = { good: 0, found: 1, usage: 2, unreachable: 3 } as const
export type Exit = (typeof exit)[keyof typeof exit]

/** Ends a command with a text for people and an exit code. */
export class CommandError extends Error {
  readonly exit: Exit

  constructor(code: Exit, message: string) {
    super(message)
    this.name = 'CommandError'
    this.exit = code
  }
}

/** What was given on the command line. */
export interface Given {
  /** Positional arguments, without the project's folder. */
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  /** The project's folder, absolute. */
  readonly dir: string
  readonly json: boolean
  readonly terminal: Terminal
}

/** One command: `--json`, `--dir` and the trailing folder are added to it. To add one: a file in commands/, and one line in its list. */
export interface CommandSpec {
  /** Its words on the command line: `dead list`. */
  readonly name: string
  readonly summary: string
  /** Arguments in commander's form: `<id>`, `[ids...]`. A command without `ids...` takes the project's folder behind them. */
  readonly args?: string
  readonly options?: readonly (readonly [flags: string, description: string, may?: 'repeat'])[]
  /** The only argument is a folder that is to be made: no `--dir`. */
  readonly makesDir?: true
  /** Resolves with the exit code; throws CommandError or GatewayError. */
  run(given: Given): Promise<Exit>
}

/** An option's text, or undefined where it was not given. */
export function optionText({ options }: Given, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether an option without a value was given. */
export function optionFlag({ options }: Given, name: string): boolean {
  return options[name] === true
}

/** An option's whole number within its bounds; throws wrong usage otherwise. */
export function optionWhole(given: Given, name: string, bounds: { otherwise: number; most: number }): number {
  const text = optionText(given, name)
  if (text === undefined) return bounds.otherwise
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= bounds.most) return value
  throw new CommandError(exit.usage, `--${name} is ${JSON.stringify(text)}; allowed: 1 to ${bounds.most}`)
}
