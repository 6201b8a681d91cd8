import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const module = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Names of the libraries that are in memory once a module is imported. */
function loadedBy(path: string): string[] {
  const program = `await import(${JSON.stringify(module(path))})
    const { createRequire } = await import('node:module')
    console.log(JSON.stringify(Object.keys(createRequire(${JSON.stringify(module(path))}).cache)))
    process.exit()`
  const files: string[] = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }))
  return [...new Set(files.map(file => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? ''))]
}

describe('what is loaded', () => {
  const cases = [
    {
      name: 'by the command line, before it knows the command',
      path: 'cli/main.js',
      not: ['express', 'prom-client', 'amqplib', 'jsonata', 'undici', 'ajv', 'winston', 'better-sqlite3', '@marcbachmann/cel-js'],
    },
    {
      name: 'by the gateway, before it knows the project',
      path: 'gateway/start.js',
      not: ['express', 'prom-client', 'amqplib', 'jsonata', 'undici'],
    },
  ]
  for (const { name, path, not } of cases)
    it(`${name}, is no library that it may not need`, () => {
      const loaded = loadedBy(path)
      expect(loaded).not.to.be.empty
      expect(loaded.filter(library => not.includes(library))).to.deep.equal([])
    })
})
