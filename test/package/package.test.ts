import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { root } from '../support/root.ts'

const run = promisify(execFile)

const WANTED = [
  'package.json',
  'LICENSE',
  'README.md',
  'config/gateway.schema.json',
  'dist/cli/waybill.js',
  'dist/gateway/start.js',
  'dist/gateway/store/worker.js',
  'dist/transformers/jsonata/worker.js',
  'docs/getting-started.md',
  'examples/order-fulfilment/waybill.yaml',
]
const UNWANTED = /^dist\/(test|bench|cli\/dev)\/|\.map$|(^|\/)data\/|^(test|bench|node_modules|\.ci)\/|\.ts$/
const MAX_BYTES = 1_000_000

/** The packed tarball, unpacked beside links to what its dependencies bring; what is for development is not there. Installing it would build better-sqlite3 for a minute. */
describe('the packed tarball, unpacked beside links to its dependencies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-package-'))
  let files: readonly string[] = []
  let size = 0

  before(async function () {
    this.timeout(60_000)
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root })
    const [packed]: { filename: string; size: number; files: { path: string }[] }[] = JSON.parse(stdout)
    files = packed?.files.map(({ path }) => path) ?? []
    size = packed?.size ?? 0
    await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', folder])
    for (const name of dependencies()) link(name)
  })

  after(() => rmSync(folder, { recursive: true }))

  /** Top-level packages of the lockfile that are there without the development dependencies. */
  function dependencies(): string[] {
    const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    return Object.entries(lock.packages).flatMap(([path, { dev }]) => {
      const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? []
      return name !== undefined && !dev && existsSync(join(root, path)) ? [name] : []
    })
  }

  function link(name: string): void {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), place)
  }

  function waybill(...args: string[]) {
    return run(process.execPath, [join(folder, 'package', 'dist', 'cli', 'waybill.js'), ...args], { cwd: folder })
  }

  it('holds what runs, the examples, the docs and the editor schema', () => {
    expect(files).to.include.members(WANTED)
  })

  it('holds no tests, no tools of the repository, no source maps and no messages of anybody', () => {
    expect(files.filter(path => UNWANTED.test(path))).to.deep.equal([])
    expect(size).to.be.below(MAX_BYTES)
  })

  it('has its command where package.json says, and it runs from there', async () => {
    const { bin }: { bin: { waybill: string } } = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'))
    const program = join(folder, 'package', bin.waybill)
    expect(statSync(program).isFile()).to.equal(true)
    // As npm does it for a command.
    chmodSync(program, 0o755)
    const linked = join(folder, 'node_modules', '.bin', 'waybill')
    mkdirSync(dirname(linked), { recursive: true })
    symlinkSync(program, linked)
    const { stdout } = await run(linked, ['--version'], { cwd: folder })
    expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/)
  })

  it('runs with the young generation of the heap that the bench runs with', () => {
    const [first] = readFileSync(join(folder, 'package', 'dist', 'cli', 'waybill.js'), 'utf8').split('\n')
    expect(first).to.equal('#!/usr/bin/env -S node --max-semi-space-size=16')
  })

  it('makes a project, checks it and runs its tests', async function () {
    this.timeout(60_000)
    await waybill('init', 'shop')
    expect((await waybill('check', 'shop')).stdout).to.match(/^No faults/)
    await waybill('test', 'shop')
  })
})
