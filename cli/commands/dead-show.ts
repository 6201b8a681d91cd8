import { CommandError, type CommandSpec, exit, optionFlag } from '../command.ts'
import { openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { storyLines } from '../story.ts'
import { entryWords, moment, short } from '../words.ts'

/** `waybill dead show ID`: one dead letter, with its history. */
export const deadShow: CommandSpec = {
  name: 'dead show',
  summary: 'one dead letter: its reason, and all that happened before',
  args: '<id>',
  options: [['--body', 'with --json: the bodies as well, up to 64 KB of each']],
  async run(given) {
    const [id = ''] = given.args
    const { terminal } = given
    const ledger = await openLedger(locate(given.dir, terminal))
    try {
      const [{ items }, story] = [await ledger.dead({ ids: [id] }, 100), await ledger.story(id, optionFlag(given, 'body'))]
      if (items.length === 0)
        throw new CommandError(exit.found, `message ${id} has no dead letter${story ? '; waybill explain tells its story' : ''}`)
      if (given.json) terminal.print(JSON.stringify({ letters: items, story }, null, 2))
      else {
        for (const { entry, target, deadAt, reason, detail } of items)
          terminal.print(`${entryWords(entry, target)} is dead since ${moment(deadAt)}: ${reason} ${short(detail, 1_000)}`)
        for (const line of story ? ['', ...storyLines(story, Date.now())] : []) terminal.print(line)
        terminal.print(`\nNext: waybill dead replay ${id}, or waybill dead discard ${id}`)
      }
    } finally {
      await ledger.close()
    }
    return exit.good
  },
}
