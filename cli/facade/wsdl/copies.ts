import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FacadeFile } from '../facade.ts'
import { isNetwork, type SourceFile } from './sources.ts'

/** The files of schemas/, the WSDL first. What lay beside the WSDL keeps its place and its bytes; what was fetched lies in a folder of its host, and what names it says so. */
export function copiesOf(sources: readonly SourceFile[]): readonly FacadeFile[] {
  const paths = pathsOf(sources)
  return sources.map(source => {
    const path = paths.get(source.url) ?? ''
    const edits = source.references.flatMap(({ stretch, location, target }) => {
      const to = paths.get(target)
      if (to === undefined) return []
      const wanted = posix.relative(posix.dirname(path), to)
      return isSame(wanted, location) ? [] : [{ ...stretch, text: wanted }]
    })
    return { path, text: edits.length > 0 || isNetwork(source.url) ? utf8(edited(source.text, edits)) : source.bytes }
  })
}

function isSame(wanted: string, location: string): boolean {
  return wanted === posix.normalize(location)
}

function pathsOf(sources: readonly SourceFile[]): ReadonlyMap<string, string> {
  const locals = sources.map(({ url }) => url).filter(url => !isNetwork(url))
  const base = commonFolder(locals.map(url => posix.dirname(fileURLToPath(url))))
  const paths = new Map<string, string>()
  const taken = new Set<string>()
  for (const [index, { url }] of sources.entries()) {
    const wanted = isNetwork(url) ? networkPath(url, index === 0) : localPath(url, base)
    const path = free(`schemas/${wanted}`, taken)
    taken.add(path.toLowerCase())
    paths.set(url, path)
  }
  return paths
}

function localPath(url: string, base: string): string {
  return posix.relative(base, fileURLToPath(url)).split('/').map(plain).join('/')
}

function networkPath(url: string, isFirst: boolean): string {
  const { host, pathname, search } = new URL(url)
  const parts = decodeURIComponent(pathname)
    .split('/')
    .filter(part => part !== '')
  const [, stem = '', extension = ''] = /^(.*?)(\.(?:wsdl|xsd|xml))?$/i.exec(parts.pop() ?? '') ?? []
  const name = plain(`${stem}${search}`.replace(/^$/, 'index')) + (extension || (isFirst ? '.wsdl' : '.xsd'))
  return isFirst ? name : [plain(host), ...parts.map(plain), name].join('/')
}

function plain(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'file'
}

function free(path: string, taken: ReadonlySet<string>): string {
  const { dir, name, ext } = posix.parse(path)
  let found = path
  for (let number = 2; taken.has(found.toLowerCase()); number++) found = `${dir}/${name}-${number}${ext}`
  return found
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders
  const parts = first.split('/')
  const same = parts.filter((_, at) =>
    others.every(
      one =>
        one
          .split('/')
          .slice(0, at + 1)
          .join('/') === parts.slice(0, at + 1).join('/'),
    ),
  )
  return same.join('/') || '/'
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function edited(text: string, edits: readonly Edit[]): string {
  let made = text
  for (const { start, end, text: put } of [...edits].sort((a, b) => b.start - a.start)) made = made.slice(0, start) + put + made.slice(end)
  return made
}

/** What was changed is written as UTF-8, and says so. */
function utf8(text: string): string {
  return text.replace(/^(<\?xml\s[^?]*?encoding\s*=\s*["'])[^"']*/, '$1UTF-8')
}
