import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from './source-files.ts'

/** A fenced block of a page: ```bash run has the language `bash` and the mark `run`. */
export interface Block {
  readonly page: string
  /** Of its first line of text. */
  readonly line: number
  readonly language: string
  readonly mark: string
  readonly text: string
}

const FENCE = /^( *)```([\w-]*) *([^\n]*)\n([\s\S]*?)^\1```/gm

/** The fenced blocks of the README and of all pages in docs/, by page. */
export function docsBlocks(root: string): ReadonlyMap<string, readonly Block[]> {
  const pages = [...filesBelow(root, 'docs', '.md'), ...filesBelow(root, 'examples', '.md'), 'README.md']
  return new Map(pages.map(page => [page, blocksOf(page, textOf(join(root, page)))]))
}

/** The fenced blocks of one page; an indented one without its indentation. */
export function blocksOf(page: string, text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map(({ 1: indent = '', 2: language = '', 3: mark = '', 4: body = '', index }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    mark: mark.trim(),
    text: indent === '' ? body : body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
