import type { BodyView, RejectedView, StoryView } from '../../gateway/admin/views.ts'
import type { RecordCounts } from '../../gateway/message.ts'
import { CommandError, type CommandSpec, exit, type Given, optionFlag } from '../command.ts'
import { rejectLine, rejectsLines } from '../file-story.ts'
import { type Ledger, openLedger } from '../ledger.ts'
import { locate } from '../place.ts'
import { storyLines } from '../story.ts'
import { plainLines } from '../terminal.ts'
import { bytes } from '../words.ts'

/** `waybill explain ID`: what did happen to a message. */
export const explain: CommandSpec = {
  name: 'explain',
  summary: 'what did happen to a message or a file: each step, rule, attempt, record',
  args: '<id>',
  options: [
    ['--body', 'show the bodies as well, up to 64 KB of each'],
    ['--rejects', 'show all of its records that could not be accepted; with --body as they came'],
  ],
  async run(given) {
    const [id = ''] = given.args
    const bodies = optionFlag(given, 'body')
    const ledger = await openLedger(locate(given.dir, given.terminal))
    try {
      const story = await ledger.story(id, bodies)
      if (!story) throw new CommandError(exit.found, `no message ${id} is known; retention may have removed it, or it was never accepted`)
      if (given.json) await printJson(given, ledger, story)
      else {
        show(given, story, bodies)
        if (story.records && story.records.rejected > 0) await showRejects(given, ledger, story.records)
      }
    } finally {
      await ledger.close()
    }
    return exit.good
  },
}

/** Rejects that are told without being asked for. */
const FIRST = 10
/** Rejects that one JSON value holds. */
const MOST = 100_000

async function printJson(given: Given, ledger: Ledger, story: StoryView): Promise<void> {
  const rejects: RejectedView[] = []
  if (optionFlag(given, 'rejects')) {
    for await (const one of rejectsOf(given, ledger)) if (rejects.push(one) === MOST) break
  }
  given.terminal.print(JSON.stringify({ ...story, ...(optionFlag(given, 'rejects') && { rejects }) }, null, 2))
}

async function showRejects(given: Given, ledger: Ledger, counts: RecordCounts): Promise<void> {
  const { terminal, args } = given
  terminal.print('\nrejected:')
  let shown = 0
  for await (const one of rejectsOf(given, ledger)) {
    terminal.print(rejectLine(one))
    if (one.body) terminal.print(plainLines(one.body.text ?? one.body.base64 ?? ''))
    shown += 1
    if (shown === FIRST && !optionFlag(given, 'rejects')) break
  }
  for (const line of rejectsLines(args[0] ?? '', counts, shown)) terminal.print(line)
}

async function* rejectsOf(given: Given, ledger: Ledger): AsyncGenerator<RejectedView> {
  const [id = ''] = given.args
  const [all, bodies] = [optionFlag(given, 'rejects'), optionFlag(given, 'body')]
  let cursor: string | undefined
  do {
    const page = await ledger.rejects(id, all && bodies, { cursor, limit: all ? 500 : FIRST })
    yield* page.items
    cursor = page.cursor
  } while (cursor !== undefined)
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
