import type { CommandSpec } from '../command.ts'
import { balance } from './balance.ts'
import { check } from './check.ts'
import { deadDiscard, deadReplay } from './dead-change.ts'
import { deadList } from './dead-list.ts'
import { deadShow } from './dead-show.ts'
import { doctor } from './doctor.ts'
import { explain } from './explain.ts'
import { facade } from './facade.ts'
import { hashPasswordCommand } from './hash-password.ts'
import { init } from './init.ts'
import { partner } from './partner.ts'
import { pause, resume } from './pause.ts'
import { run } from './run.ts'
import { status } from './status.ts'
import { test } from './test.ts'
import { tryOut } from './try.ts'
import { undelivered } from './undelivered.ts'

/** All commands, in the order of the help: making a project, then living with it. */
export const commands: readonly CommandSpec[] = [
  init,
  facade,
  run,
  check,
  test,
  tryOut,
  partner,
  explain,
  balance,
  undelivered,
  deadList,
  deadShow,
  deadReplay,
  deadDiscard,
  pause,
  resume,
  status,
  doctor,
  hashPasswordCommand,
]
