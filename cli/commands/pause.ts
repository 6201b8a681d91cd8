import { needGateway } from '../admin-client.ts'
import { type CommandSpec, exit, type Given } from '../command.ts'
import { locate } from '../place.ts'

/** `waybill pause TARGET`: sends it nothing; what comes for it is accepted and waits. */
export const pause: CommandSpec = {
  name: 'pause',
  summary: 'send a target nothing; what comes for it is accepted and waits',
  args: '<target>',
  run: given => change(given, 'pause', 'is paused; what comes for it is accepted and waits, and waiting uses no attempts'),
}

/** `waybill resume TARGET`. */
export const resume: CommandSpec = {
  name: 'resume',
  summary: 'send to a paused target again',
  args: '<target>',
  run: given => change(given, 'resume', 'gets what waits for it again'),
}

async function change({ args, dir, json, terminal }: Given, verb: 'pause' | 'resume', words: string) {
  const [target = ''] = args
  const gateway = await needGateway(locate(dir, terminal))
  const result = await gateway.post(`/api/targets/${encodeURIComponent(target)}/${verb}`)
  terminal.print(json ? JSON.stringify(result) : `${target} ${words}`)
  return exit.good
}
