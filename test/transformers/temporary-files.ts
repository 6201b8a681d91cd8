import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder with these files, by their paths in it; gone when the suite ends. */
export function temporaryFiles(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-files-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  after(() => rmSync(dir, { recursive: true }))
  return dir
}

/** An order of our own with so many lines, some 1.2 kB with seven. */
export function orderXml(lines: number, changes: Readonly<Record<string, string>> = {}): string {
  const line = (_: unknown, at: number) =>
    `    <o:Line number="${at + 1}"><o:Sku>ABC-${1_000 + at}</o:Sku><o:Quantity>${at + 1}</o:Quantity><o:UnitPrice>19.99</o:UnitPrice></o:Line>`
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<o:Order xmlns:o="urn:shop:orders:v1">
  <o:Id>SO-1</o:Id>
  <o:Country>US</o:Country>
  <o:Lines>
${Array.from({ length: lines }, line).join('\n')}
  </o:Lines>
  <o:Total>1142.35</o:Total>
</o:Order>`
  return Object.entries(changes).reduce((changed, [from, to]) => changed.replace(from, to), text)
}
