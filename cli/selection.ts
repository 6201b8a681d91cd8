import { parseDuration } from '../gateway/options.ts'
import type { Selection } from '../gateway/store/port.ts'
import { CommandError, exit, type Given, optionText } from './command.ts'

/** The options that choose among deliveries; all that are given must hold. */
export const selectionOptions = [
  ['--target <name>', 'only those for this target: system or system.operation'],
  ['--reason <code>', 'only those with this reason, such as TARGET_REFUSED'],
  ['--route <name>', 'only those of this route'],
  ['--parent <id>', 'only records of this message, such as a file'],
  ['--after <time>', 'only those accepted after this moment (2026-11-24T17:00Z) or so long ago (2h)'],
  ['--before <time>', 'only those accepted before this moment or so long ago'],
] as const

/** What the options choose, with the ids where there are any. */
export function selectionFrom(given: Given, ids: readonly string[] = []): Selection {
  const [target, reason, route, parent] = ['target', 'reason', 'route', 'parent'].map(name => optionText(given, name))
  const [after, before] = [moment(given, 'after'), moment(given, 'before')]
  return {
    ...(ids.length > 0 && { ids }),
    ...(target !== undefined && { target }),
    ...(reason !== undefined && { reason }),
    ...(route !== undefined && { route }),
    ...(parent !== undefined && { parent }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  }
}

function moment(given: Given, name: string): number | undefined {
  const text = optionText(given, name)
  if (text === undefined) return undefined
  const ago = parseDuration(text)
  const at = ago === undefined ? Date.parse(text) : Date.now() - ago
  if (Number.isFinite(at)) return at
  throw new CommandError(
    exit.usage,
    `--${name} is ${JSON.stringify(text)}; write a moment (2026-11-24T17:00:00Z) or how long ago (30m, 2h, 3d)`,
  )
}
