import { styleText } from 'node:util'

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** Where a command writes. Colours and progress only on a terminal; nothing is told by colour alone. */
export interface Terminal {
  /** A line of the command's result. */
  print(line: string): void
  /** A line beside the result: what is wrong, what goes on. */
  note(line: string): void
  /** Shows how far long work has got; the next line takes its place. */
  progress(text: string): void
  paint(colour: Colour, text: string): string
  /** Whether people look at it. */
  readonly interactive: boolean
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const CLEAR_LINE = '\r\u001b[2K'

/** The terminal, or the pipe, that this process writes to. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  const coloured = stdout.isTTY && env.NO_COLOR === undefined && env.TERM !== 'dumb'
  let shown = false
  const clear = () => {
    if (shown) stderr.write(CLEAR_LINE)
    shown = false
  }
  const line = (stream: NodeJS.WriteStream) => (text: string) => {
    clear()
    stream.write(`${text}\n`)
  }
  return {
    print: line(stdout),
    note: line(stderr),
    progress(text) {
      if (!stderr.isTTY) return
      stderr.write(`${CLEAR_LINE}${text}`)
      shown = true
    },
    paint: (colour, text) => (coloured ? styleText(colour, text) : text),
    interactive: stdout.isTTY === true,
    cwd: process.cwd(),
    environment: env,
  }
}

/** Text of several lines that came from outside, without control characters but line ends and tabs. */
export function plainLines(text: string): string {
  return text.replace(/[^\n\t]+/g, part => [...part].map(character => (isControl(character) ? '?' : character)).join(''))
}

/** Text that came from outside, on one line and without control characters, so that it cannot act on the terminal. */
export function plain(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  let safe = ''
  for (const character of line) safe += isControl(character) ? '?' : character
  return safe
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}
