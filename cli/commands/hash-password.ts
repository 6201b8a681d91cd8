import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { hashPassword } from '../../adapters/sftp/server/password.ts'
import { CommandError, type CommandSpec, exit } from '../command.ts'

/** `waybill hash-password`: reads a password and prints what stands for it in clients.yaml. */
export const hashPasswordCommand: CommandSpec = {
  name: 'hash-password',
  summary: 'read a password from the standard input and print its hash for `password` of a client',
  async run({ json, terminal }) {
    if (process.stdin.isTTY) terminal.note('The password (it is not shown), then Enter:')
    const password = await firstLine()
    if (password === '') throw new CommandError(exit.usage, 'no password came: printf %s PASSWORD | waybill hash-password')
    const hash = await hashPassword(password)
    terminal.print(json ? JSON.stringify({ hash }) : hash)
    return exit.good
  },
}

async function firstLine(): Promise<string> {
  // What readline echoes goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: process.stdin.isTTY })
  for await (const line of lines) {
    lines.close()
    return line
  }
  return ''
}
