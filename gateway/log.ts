import winston from 'winston'

export type Fields = Readonly<Record<string, unknown>>

/** Event name first (`target-unavailable`), then fields; message id, route, target, attempt where there are any. Never a body, never a secret. */
export interface Log {
  debug(event: string, fields?: Fields): void
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

/** A line a message: JSON, or for people where the output is a terminal. */
export function createLog(options: { level?: LogLevel; pretty?: boolean } = {}): Log {
  const { combine, timestamp, json, printf } = winston.format
  const human = printf(({ timestamp: at, level, message, ...fields }) => {
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    return [String(at).slice(11, 19), level.padEnd(5), message, ...rest].join(' ')
  })
  const logger = winston.createLogger({
    level: options.level ?? 'info',
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: combine(timestamp(), options.pretty ? human : json()),
    transports: [new winston.transports.Console({ stderrLevels: [...LEVELS] })],
  })
  const at = (level: LogLevel) => (event: string, fields?: Fields) => {
    if (logger.isLevelEnabled(level)) logger.log(level, event, fields)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** For tests and commands that report on their own. */
export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
