#!/usr/bin/env -S node --max-semi-space-size=16
import { main } from './main.ts'
import { processTerminal } from './terminal.ts'

const args = process.argv.slice(2)

// `waybill dead list | head` closes the pipe early: that is no fault. A running gateway goes on without its reader.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (args[0] !== 'run') process.exit(error.code === 'EPIPE' ? 0 : 3)
})

process.exitCode = await main(args, processTerminal())

// What is accepted is durable by now: nothing that was left open may keep a stopped gateway from ending.
if (args[0] === 'run') setTimeout(() => process.exit(), 1_000).unref()
