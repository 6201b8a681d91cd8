import { resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { type ErrorCode, errors, GatewayError } from '../gateway/errors.ts'
import { waybillVersion } from '../gateway/version.ts'
import { CommandError, type CommandSpec, type Exit, exit } from './command.ts'
import { commands } from './commands/list.ts'
import { plain, type Terminal } from './terminal.ts'

const EXIT_CODES = 'Exit codes: 0 good, 1 found something, 2 wrong usage, 3 could not reach what it needs. Each command has --json.'

/** Runs one command line; resolves with its exit code, never rejects. */
export async function main(args: readonly string[], terminal: Terminal): Promise<Exit> {
  let code: Exit = exit.good
  const program = createProgram(terminal, async run => {
    code = await run()
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return report(error, terminal)
  }
}

type Runner = (run: () => Promise<Exit>) => Promise<void>

function createProgram(terminal: Terminal, runner: Runner): Command {
  const program = root('waybill', terminal)
    .description('A message gateway: every accepted message is delivered or accounted for.')
    .version(waybillVersion(), '-V, --version', 'which Waybill this is')
    .addHelpText('after', `\n${EXIT_CODES}`)
  const groups = new Map<string, Command>()
  for (const spec of commands) {
    const [group, name] = spec.name.split(' ')
    if (name === undefined || group === undefined) add(program, spec, { terminal, runner })
    else add(groups.get(group) ?? addGroup(program, groups, group), { ...spec, name }, { terminal, runner })
  }
  return program
}

function root(name: string, terminal: Terminal): Command {
  return new Command(name)
    .exitOverride()
    .showHelpAfterError('(add --help for what is allowed)')
    .configureOutput({ writeOut: text => terminal.print(text.trimEnd()), writeErr: text => terminal.note(text.trimEnd()) })
}

function addGroup(program: Command, groups: Map<string, Command>, name: string): Command {
  const group = program.command(name).description('dead letters: list | show | replay | discard')
  groups.set(name, group)
  return group
}

interface Frame {
  readonly terminal: Terminal
  readonly runner: Runner
}

function add(parent: Command, spec: CommandSpec, { terminal, runner }: Frame): void {
  const trailing = !spec.args?.includes('...') && !spec.makesDir
  const command = parent.command(spec.name).description(spec.summary).option('--json', 'the result for programs')
  for (const argument of spec.args?.split(' ') ?? []) command.argument(argument)
  if (trailing) command.argument('[dir]', "the project's folder (default: the current one)")
  if (!spec.makesDir) command.option('--dir <dir>', "the project's folder")
  for (const [flags, description, may] of spec.options ?? []) {
    if (may === 'repeat') command.option(flags, `${description}; may be given again`, collect)
    else command.option(flags, description)
  }
  command.action(async () => {
    const { dir, json, ...options } = command.opts<Record<string, unknown>>()
    const given = command.processedArgs.flat().filter((value): value is string => typeof value === 'string')
    const count = command.registeredArguments.length
    const last = trailing && command.args.length === count ? given.at(-1) : undefined
    const args = last === undefined ? given : given.slice(0, -1)
    const folder = resolve(terminal.cwd, last ?? (typeof dir === 'string' ? dir : '.'))
    await runner(() => spec.run({ args, options, dir: folder, json: json === true, terminal }))
  })
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

const UNREACHABLE: ReadonlySet<ErrorCode> = new Set(['STORE_OWNED', 'STORE_UNAVAILABLE', 'STORE_CORRUPT', 'BROKER_UNAVAILABLE'])

/** Tells what went wrong, and which exit code that is. */
export function report(error: unknown, terminal: Terminal): Exit {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.good : exit.usage
  if (error instanceof CommandError) {
    terminal.note(`waybill: ${plain(error.message)}`)
    return error.exit
  }
  if (error instanceof GatewayError) {
    terminal.note(`waybill: ${error.code}: ${plain(error.detail)}`)
    terminal.note(errors[error.code].mend)
    return UNREACHABLE.has(error.code) ? exit.unreachable : exit.found
  }
  return unexpected(error, terminal)
}

function unexpected(error: unknown, terminal: Terminal): Exit {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = error instanceof Error ? error.message : String(error)
  terminal.note(`waybill: ${plain(text)}${MENDS[code] ?? ''}`)
  if (error instanceof Error && terminal.environment.WAYBILL_DEBUG) terminal.note(String(error.stack))
  return exit.unreachable
}

const MENDS: Readonly<Record<string, string>> = {
  EADDRINUSE: '; stop it, or name another address; waybill doctor tells which are free',
  EADDRNOTAVAIL: '; name one that it has, or 127.0.0.1',
  EACCES: '; give this user the right to it',
  ENOSPC: '; free space on that disk',
}
