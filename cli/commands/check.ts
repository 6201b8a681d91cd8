import { type CommandSpec, exit, optionFlag } from '../command.ts'
import { examineProject, tellFaults } from '../project.ts'
import { counted } from '../words.ts'

/** `waybill check [DIR]`: every fault of a project, not the first. */
export const check: CommandSpec = {
  name: 'check',
  summary: 'schema, references, types, reachability; exit 1 with every fault, not the first',
  options: [['--stand-ins', "as the project runs with them: with the embedded queue nothing of the gateway's own broker is a fault"]],
  async run(given) {
    const project = await examineProject({ ...given, brokerPlayed: optionFlag(given, 'standIns') })
    if (project.faults.list().length > 0 || given.json) tellFaults(project, given)
    if (project.faults.count === 0 && !given.json) {
      const { routes, systems, mappings, tests } = project
      const parts = [sized(routes, 'route'), sized(systems, 'system'), sized(mappings, 'mapping'), counted(tests.length, 'test')]
      given.terminal.print(`No faults: ${project.name} has ${parts.join(', ')}.`)
    }
    return project.faults.count > 0 ? exit.found : exit.good
  },
}

function sized(things: object, one: string): string {
  return counted(Object.keys(things).length, one)
}
