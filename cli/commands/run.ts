import { setFlagsFromString } from 'node:v8'
import { isGrave } from '../../config/faults.ts'
import { formatFault } from '../../config/format-fault.ts'
import type { Project } from '../../config/project.ts'
import { CommandError, type CommandSpec, exit, type Given, optionFlag, optionText } from '../command.ts'
import { examineProject, openProject, tellFaults } from '../project.ts'
import { readyLines } from '../ready.ts'

const STOP_MS = 30_000
const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** `waybill run [DIR]`: runs a project until SIGTERM or SIGINT. */
export const run: CommandSpec = {
  name: 'run',
  summary: 'run the project until SIGTERM or Ctrl-C',
  options: [
    ['--stand-ins', "play every system that has a stand-in; with the embedded queue also what is on the gateway's own broker"],
    ['--log <level>', `what is logged: ${LEVELS.join(', ')} (info)`],
  ],
  async run(given) {
    const begun = performance.now()
    const standIns = optionFlag(given, 'standIns')
    const project = await openProject({ ...given, brokerPlayed: standIns })
    const gateway = await start(project, given, standIns)
    if (!gateway) return exit.found
    for (const fault of project.faults.list()) given.terminal.note(`warning: ${formatFault(fault)}`)
    const ready = { project, standIns, addresses: gateway.addresses, tookMs: performance.now() - begun }
    if (given.json) given.terminal.print(JSON.stringify({ ready: true, name: project.name, ...gateway.addresses }))
    else for (const line of await readyLines(ready, given)) given.terminal.print(line)
    return stopOnSignal(gateway, given)
  },
}

async function start(project: Project, given: Given, standIns: boolean) {
  // The first thousand deliveries of a target that is away stay in memory, whereupon V8 puts all others among the old objects: 50 MB more.
  setFlagsFromString('--no-allocation-site-pretenuring')
  if (project.faults.list().some(isGrave)) return refuse(given, standIns)
  const [{ startGateway }, { createLog }] = await Promise.all([import('../../gateway/start.ts'), import('../../gateway/log.ts')])
  try {
    return await startGateway(project, { log: createLog({ level: levelOf(given), pretty: process.stderr.isTTY === true }), standIns })
  } catch (error) {
    if (!project.faults.list().some(isGrave)) throw error
    tellFaults(project, given)
    return undefined
  }
}

async function refuse(given: Given, standIns: boolean): Promise<undefined> {
  tellFaults(await examineProject({ ...given, brokerPlayed: standIns }), given)
}

function levelOf(given: Given) {
  const text = optionText(given, 'log') ?? 'info'
  const level = LEVELS.find(one => one === text)
  if (level) return level
  throw new CommandError(exit.usage, `--log is ${JSON.stringify(text)}; allowed: ${LEVELS.join(', ')}`)
}

/** Waits for a signal, stops, and says when that takes too long; a second Ctrl-C ends at once, which loses nothing that was accepted. */
async function stopOnSignal(gateway: { stop(): Promise<void> }, { terminal }: Given) {
  const signal = await new Promise<string>(resolve => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve)
  })
  process.once('SIGINT', () => process.exit(exit.found))
  terminal.note(`${signal}: taking no new messages, finishing what runs ...`)
  const timer = setTimeout(() => {
    terminal.note('waybill: did not stop within 30 s; ended. What was accepted is in the store and goes on at the next start.')
    process.exit(exit.found)
  }, STOP_MS - 1_000)
  await gateway.stop()
  clearTimeout(timer)
  return exit.good
}
