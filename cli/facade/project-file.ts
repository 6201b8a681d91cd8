import type { FacadeFile } from './facade.ts'

export interface ProjectWords {
  /** What stands above the config. */
  readonly comment?: readonly string[]
  /** What is said of `listen.http`. */
  readonly asked?: string
}

/** The project around a facade, where there is none yet. */
export function projectFiles(name: string, { comment = [], asked = 'where callers ask' }: ProjectWords = {}): readonly FacadeFile[] {
  const lines = [
    ...comment,
    'waybill: 1',
    `name: ${name}`,
    'listen:',
    `  http: 127.0.0.1:8080          # ${asked}`,
    '  admin: 127.0.0.1:8081',
    'store: { path: data }',
  ]
  return [
    { path: 'waybill.yaml', text: `${lines.join('\n')}\n` },
    { path: '.gitignore', text: '# The store of the gateway: messages, receipts, the ledger, the admin token.\ndata/\n' },
  ]
}
