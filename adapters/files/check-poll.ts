import { Cron } from 'croner'
import type { Path } from '../../config/faults.ts'
import type { Project } from '../../config/project.ts'
import type { PollOptions } from './poll-options.ts'

/** Tells what in a poller's options can be no time or place of a clock. */
export function checkPoll({ cron, timeZone }: Pick<PollOptions, 'cron' | 'timeZone'>, path: Path, { faults }: Project): void {
  if (timeZone !== undefined && !isZone(timeZone)) {
    faults.add('WRONG_VALUE', [...path, 'timeZone'], `"${timeZone}" is no time zone`, { mend: 'name one such as Europe/Berlin' })
    return
  }
  if (cron === undefined) return
  try {
    new Cron(cron, { paused: true, timezone: timeZone ?? 'UTC' }).nextRun()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    faults.add('WRONG_VALUE', [...path, 'cron'], `"${cron}" is no time: ${reason}`, { mend: 'five fields, such as 0 6 * * 1-5' })
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
