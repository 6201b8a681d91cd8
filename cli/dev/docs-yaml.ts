import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Fault, FaultCode } from '../../config/faults.ts'
import { examineProject } from '../project.ts'
import { processTerminal } from '../terminal.ts'
import { type Block, docsBlocks } from './docs-blocks.ts'
import type { RepositoryCheck } from './repository-check.ts'

/**
 * A block that begins with `waybill: 1` is a whole waybill.yaml, and begins a project; blocks that begin with `# FILE` are files of the
 * page's project. Of a page without a waybill.yaml only the form of its files is checked, since it shows parts.
 */
export const docsConfigsFit: RepositoryCheck = {
  name: 'YAML blocks of the docs are valid config',
  async run(root) {
    const faults: string[] = []
    for (const blocks of docsBlocks(root).values()) for (const files of projectsOf(blocks)) faults.push(...(await faultsOf(files)))
    return faults
  },
}

type Files = ReadonlyMap<string, Block>

const FILE_LINE = /^# ([\w./-]+\.ya?ml)\s*$/m
/** What a page may leave out: files that it does not show, variables of somebody else's environment. */
const LEFT_OUT: ReadonlySet<FaultCode> = new Set<FaultCode>(['FILE', 'REFERENCE', 'UNUSED'])
const FORM: ReadonlySet<FaultCode> = new Set<FaultCode>(['YAML', 'DUPLICATE', 'UNKNOWN_KEY', 'MISSING', 'WRONG_TYPE', 'WRONG_VALUE'])
const BARE = 'waybill: 1\nname: docs\n'

/** The projects that a page shows: files by path. */
export function projectsOf(blocks: readonly Block[]): readonly Files[] {
  const projects: Map<string, Block>[] = []
  for (const block of blocks.filter(({ language }) => language === 'yaml')) {
    const name = fileOf(block.text)
    if (name === undefined) continue
    if (name === 'waybill.yaml' || projects.length === 0) projects.push(new Map())
    projects.at(-1)?.set(name, block)
  }
  return projects
}

function fileOf(text: string): string | undefined {
  const [first = '', second = ''] = text.split('\n')
  if (first.startsWith('waybill: 1') || second.startsWith('waybill: 1')) return 'waybill.yaml'
  return FILE_LINE.exec(first)?.[1]
}

async function faultsOf(files: Files): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-docs-'))
  try {
    if (!files.has('waybill.yaml')) writeFileSync(join(dir, 'waybill.yaml'), BARE)
    for (const [path, { text }] of files) write(join(dir, path), text)
    const { faults } = await examineProject({ dir, terminal: processTerminal() })
    const counts = (code: FaultCode) => (files.has('waybill.yaml') ? !LEFT_OUT.has(code) : FORM.has(code))
    return faults
      .list()
      .filter(({ code }) => counts(code))
      .map(fault => told(fault, files))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function told({ file, line, message }: Fault, files: Files): string {
  const block = files.get(file)
  return block ? `${block.page}:${block.line + line - 1} ${message}` : `${[...files.values()][0]?.page}: ${file}: ${message}`
}
