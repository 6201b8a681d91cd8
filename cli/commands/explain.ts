import type { BodyView, StoryView } from '../../gateway/admin/views.ts'
import { CommandError, type CommandSpec, exit, type Given, optionFlag } from '../command.ts'
import { openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { storyLines } from '../story.ts'
import { plainLines } from '../terminal.ts'
import { bytes } from '../words.ts'

/** `waybill explain ID`: what did happen to a message. */
export const explain: CommandSpec = {
  name: 'explain',
  summary: 'what did happen to a message: each step, rule, attempt',
  args: '<id>',
  options: [['--body', 'show the bodies as well, up to 64 KB of each']],
  async run(given) {
    const [id = ''] = given.args
    const bodies = optionFlag(given, 'body')
    const ledger = await openLedger(locate(given.dir, given.terminal))
    try {
      const story = await ledger.story(id, bodies)
      if (!story) throw new CommandError(exit.found, `no message ${id} is known; retention may have removed it, or it was never accepted`)
      if (given.json) given.terminal.print(JSON.stringify(story, null, 2))
      else show(given, story, bodies)
    } finally {
      await ledger.close()
    }
    return exit.good
  },
}

function show({ terminal }: Given, story: StoryView, bodies: boolean): void {
  for (const line of storyLines(story, Date.now())) terminal.print(line)
  if (!bodies) return
  printBody(terminal, 'as it came', story.message.body)
  for (const { entry, body } of story.deliveries) printBody(terminal, `for ${entry}`, body)
}

function printBody(terminal: Given['terminal'], which: string, body: BodyView | undefined): void {
  if (body) printKept(terminal, which, body)
  else terminal.print(`\nbody ${which}: no longer kept`)
}

function printKept(terminal: Given['terminal'], which: string, body: BodyView): void {
  if (body.stored !== undefined) {
    const place = `bodies/${body.stored.slice(0, 2)}/${body.stored}`
    terminal.print(`\nbody ${which} (${body.contentType}, ${bytes(body.size)}): in the store's folder, as ${place}`)
    return
  }
  const cut = body.cut ? ', the first 64 KB of it' : ''
  terminal.print(`\nbody ${which} (${body.contentType}, ${bytes(body.size)}${cut}${body.base64 === undefined ? '' : ', as base64'}):`)
  terminal.print(plainLines(body.text ?? body.base64 ?? ''))
}
