import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { lastingPort } from '../test/support/port.ts'
import { makeKey } from '../test/support/sftp-clients.ts'
import { hasSshd, runSshd } from '../test/support/sshd.ts'
import type { Bench, Measured, Task } from './bench.ts'
import { atExit } from './leftovers.ts'
import { withLock } from './lock.ts'
import { cpuSeconds, peakMb } from './process.ts'
import { writtenProject } from './project.ts'
import { ratio, type Sample, type Values } from './result.ts'
import { onPath } from './shared.ts'
import { startWaybill } from './waybill.ts'

const run = promisify(execFile)
const LONGEST_MS = 600_000

/** Files of one size, and how many of them. */
interface Load {
  readonly name: 'one large file' | '200 files'
  readonly count: number
  readonly bytes: number
  /** The client asks for each file to be synced. */
  readonly sync?: true
}

const MB = 1 << 20

/** Whole files by SFTP, beside OpenSSH's server. */
export const sftpIn: Bench = {
  name: 'sftp',
  title: 'Whole files by SFTP',
  about: `One process of OpenSSH's \`sftp -b\` uploads the same files to OpenSSH's server and to Waybill, in turns: one of 512 MB (128 MB
where a round has less than 10 s), and 200 of 100 kB, one after the other. Waybill answers CLOSE when the file is synced to disk and its
message accepted; OpenSSH's server syncs nothing, or, where the client asks for it (\`sftp -f\`), each file. Rates are those of the whole
process of the client, with its login.`,
  missing: () => (hasSshd() && onPath('sftp') && onPath('ssh-keygen') ? undefined : 'no OpenSSH'),
  run: measureAll,
  claims: found => [
    ...ratio(found, 'megabytes', ['Waybill, one large file', 'OpenSSH, one large file'], {
      what: 'SFTP, one large file: rate, of OpenSSH',
      atLeast: 0.7,
    }),
    ...ratio(found, 'megabytes', ['Waybill, 200 files', 'OpenSSH, 200 files'], { what: 'SFTP, 200 files: rate, of OpenSSH', atLeast: 0.7 }),
    ...ratio(found, 'megabytes', ['Waybill, 200 files', 'OpenSSH with sync, 200 files'], {
      what: 'SFTP, 200 files: rate, of OpenSSH that syncs each',
    }),
    ...ratio(found, 'cpuMsMb', ['Waybill, one large file', 'OpenSSH, one large file'], { what: 'SFTP, one large file: CPU, of OpenSSH' }),
  ],
}

async function measureAll({ rounds, seconds, note }: Task): Promise<Measured> {
  const samples: Sample[] = []
  const loads: readonly Load[] = [
    { name: 'one large file', count: 1, bytes: (seconds >= 10 ? 512 : 128) * MB },
    { name: '200 files', count: 200, bytes: 100_000 },
  ]
  const dir = mkdtempSync(join(tmpdir(), 'waybill-sftp-'))
  const forget = atExit(() => rmSync(dir, { recursive: true, force: true }))
  try {
    for (let round = 1; round <= rounds; round++) {
      note(`round ${round} of ${rounds}`)
      for (const load of loads) {
        const files = writeFiles(join(dir, `${round}`), load)
        await withLock(async () => {
          samples.push({ name: `OpenSSH, ${load.name}`, values: await toOpenSsh(dir, files, load) })
          samples.push({ name: `OpenSSH with sync, ${load.name}`, values: await toOpenSsh(dir, files, { ...load, sync: true }) })
          samples.push({ name: `Waybill, ${load.name}`, values: await toWaybill(dir, files, load) })
        })
        rmSync(join(dir, `${round}`), { recursive: true, force: true })
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
    forget()
  }
  return { samples }
}

/** Files that are all different; their paths. */
function writeFiles(dir: string, { count, bytes }: Load): readonly string[] {
  mkdirSync(dir)
  const content = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at += 4) content.writeUInt32LE((Math.imul(at, 2_654_435_761) ^ (at >>> 7)) >>> 0, Math.min(at, bytes - 4))
  return Array.from({ length: count }, (_, index) => {
    const path = join(dir, `file-${index}.bin`)
    content.writeUInt32LE(index)
    writeFileSync(path, content)
    return path
  })
}

interface Place {
  readonly port: number
  readonly user: string
  readonly keyFile: string
  readonly folder: string
  readonly pid: number
}

async function toOpenSsh(dir: string, files: readonly string[], load: Load): Promise<Values> {
  const sshd = await runSshd()
  const keyFile = join(dir, 'openssh-key')
  writeFileSync(keyFile, sshd.key, { mode: 0o600 })
  try {
    return await upload({ ...sshd, keyFile, pid: sshd.pid ?? 0 }, files, load)
  } finally {
    await sshd.stop()
    rmSync(keyFile, { force: true })
  }
}

async function toWaybill(dir: string, files: readonly string[], load: Load): Promise<Values> {
  const keyFile = join(dir, 'waybill-key')
  rmSync(keyFile, { force: true })
  const port = await lastingPort()
  const project = writtenProject(yaml(port, makeKey(keyFile)))
  const waybill = await startWaybill(project.dir)
  try {
    await waybill.pause('shelf')
    const values = await upload({ port, user: 'acme', keyFile, folder: 'in', pid: waybill.pid }, files, load)
    const accepted = await waybill.queued()
    return { ...values, memoryMb: peakMb(waybill.pid), lost: load.count - accepted }
  } finally {
    await waybill.stop()
    project.remove()
    rmSync(`${keyFile}.pub`, { force: true })
  }
}

function yaml(port: number, key: string): string {
  return `waybill: 1
name: sftp
listen: { http: '127.0.0.1:0', admin: '127.0.0.1:0', sftp: '127.0.0.1:${port}' }
clients: { acme: { scopes: [files], sftp: { keys: ['${key}'] } } }
systems: { shelf: { rest: { url: 'http://127.0.0.1:9/' } } }
routes:
  files:
    from: { sftp: { client: acme, folder: in }, format: bytes }
    to: shelf
`
}

async function upload(
  { port, user, keyFile, folder, pid }: Place,
  files: readonly string[],
  { count, bytes, sync }: Load,
): Promise<Values> {
  const options = ['-P', `${port}`, '-i', keyFile, ...(sync ? ['-f'] : [])]
  const cpuBefore = cpuSeconds(pid)
  const began = performance.now()
  await sftp([...options, `${user}@127.0.0.1`], [`cd ${folder}`, ...files.map(file => `put ${file}`)])
  const seconds = (performance.now() - began) / 1_000
  const megabytes = (count * bytes) / MB
  return { megabytes: megabytes / seconds, cpuMsMb: ((cpuSeconds(pid) - cpuBefore) * 1_000) / megabytes }
}

const OPTIONS = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'IdentitiesOnly=yes', 'BatchMode=yes']

async function sftp(place: readonly string[], commands: readonly string[]): Promise<void> {
  const running = run('sftp', ['-q', '-b', '-', ...OPTIONS.map(option => `-o${option}`), ...place], { timeout: LONGEST_MS })
  running.child.stdin?.end(`${commands.join('\n')}\n`)
  await running
}
