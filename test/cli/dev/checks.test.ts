import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { docsCommandsRun } from '../../../cli/dev/docs-bash.ts'
import { blocksOf } from '../../../cli/dev/docs-blocks.ts'
import { docsConfigsFit } from '../../../cli/dev/docs-yaml.ts'
import { errorPageFaults } from '../../../cli/dev/error-page.ts'
import { generatedFresh } from '../../../cli/dev/generated.ts'
import { outwardImports } from '../../../cli/dev/layering.ts'

describe('the checks of the repository', () => {
  let root = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'waybill-checks-'))
    mkdirSync(join(root, 'docs'))
  })

  afterEach(() => rmSync(root, { recursive: true }))

  const page = (text: string) => writeFileSync(join(root, 'docs', 'page.md'), text)

  it('find the blocks of a page, with their lines, indented ones too', () => {
    const text = 'Text\n\n```bash run\necho 1\n```\n\n- list\n  ```yaml\n  a: 1\n  ```\n'
    expect(blocksOf('p.md', text)).to.deep.equal([
      { page: 'p.md', line: 4, language: 'bash', mark: 'run', text: 'echo 1\n' },
      { page: 'p.md', line: 9, language: 'yaml', mark: '', text: 'a: 1\n' },
    ])
  })

  it('refuse a block of config with a fault, at its line of the page', async () => {
    page('Text\n\n```yaml\nwaybill: 1\nname: docs\nsystms: {}\n```\n')
    const [fault, ...others] = await docsConfigsFit.run(root)
    expect(fault).to.match(/^docs\/page\.md:6 .*"systms".*did you mean "systems"\?/)
    expect(others).to.deep.equal([])
  })

  it('check a page that shows one file for its form only', async () => {
    page('```yaml\n# routes/orders.yaml\nfrom: { rest: POST /orders }\nto: warehouse\n```\n')
    expect(await docsConfigsFit.run(root)).to.deep.equal([])
    page('```yaml\n# routes/orders.yaml\nform: { rest: POST /orders }\nto: warehouse\n```\n')
    expect((await docsConfigsFit.run(root)).join('\n')).to.match(/docs\/page\.md:3 .*"form"/)
  })

  it('run what is marked run, in one shell a page, and nothing else', async () => {
    page('```bash run\nwaybill --version\nx=1\n```\n\n```bash\nexit 9\n```\n\n```bash run\ntest "$x" = 1\n```\n')
    expect(await docsCommandsRun.run(root)).to.deep.equal([])
    page('```bash run\ntrue\n```\n\n```bash run\necho no >&2\nfalse\n```\n')
    expect(await docsCommandsRun.run(root)).to.deep.equal(['docs/page.md: ended with 1: no | (in the block at line 6)'])
  })

  it('want every error code documented, and no other', () => {
    expect(errorPageFaults('## NO_ROUTE\n\n| `OLD_CODE` | x |\n', ['NO_ROUTE', 'TIMEOUT'])).to.deep.equal([
      'TIMEOUT has no entry',
      'OLD_CODE has an entry, but is no code',
    ])
  })

  it('see an import that leaves the heart', () => {
    const text = "import { a } from './errors.ts'\nimport type { B } from '../routes/b.ts'\nconst c = await import('../config/c.ts')\n"
    expect(outwardImports('gateway/x.ts', text).map(fault => fault.split(';')[0])).to.deep.equal([
      'gateway/x.ts:2 imports routes/b.ts',
      'gateway/x.ts:3 imports config/c.ts',
    ])
  })

  it('name the generated files that are stale', async () => {
    expect(await generatedFresh.run(root)).to.include('docs/reference/errors.md is stale; npm run generate writes it')
  })
})
