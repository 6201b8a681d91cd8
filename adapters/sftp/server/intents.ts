import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A file that was closed or got its final name, and is to be taken. */
export interface Intent {
  readonly client: string
  readonly path: string
}

/** What was closed or renamed and not yet taken, on disk: after a crash a file's name alone does not tell whether it is whole. */
export interface Intents {
  /** Call before the file is taken, and before its rename; what it resolves with forgets it again. */
  note(intent: Intent): Promise<() => Promise<void>>
  /** What was noted by a process that ended; with what forgets each. */
  left(): Promise<readonly (Intent & { readonly forget: () => Promise<void> })[]>
}

/** Intents in a folder of their own. */
export async function openIntents(folder: string): Promise<Intents> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const noted = new Set<string>()
  const forgetting = (name: string) => async () => {
    noted.delete(name)
    await rm(join(folder, name), { force: true })
  }
  return {
    async note(intent) {
      const name = randomUUID()
      noted.add(name)
      await writeFile(join(folder, name), JSON.stringify(intent), { mode: 0o600 })
      return forgetting(name)
    },
    async left() {
      const names = (await readdir(folder)).filter(name => !noted.has(name))
      const found = await Promise.all(names.map(async name => ({ name, intent: await read(join(folder, name)) })))
      return found.map(({ name, intent }) => ({ ...intent, forget: forgetting(name) }))
    },
  }
}

/** One that was cut while it was written was of a rename that did not happen. */
async function read(path: string): Promise<Intent> {
  try {
    const { client, path: file }: Intent = JSON.parse(await readFile(path, 'utf8'))
    return { client, path: file }
  } catch {
    return { client: '', path: '/' }
  }
}
