import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { absent, aptInstall, asRoot, works } from './programs.ts'
import { root } from './root.ts'

/** How a client is started. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

const folder = join(root, 'test/support/soap-clients')
// Started for a second: what the second compiler would make faster never pays.
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']

/** Python with zeep. */
export function zeepCommand(suite: Mocha.Context): Command {
  const python = process.env.WAYBILL_TEST_PYTHON ?? 'python3'
  const ready = () => works(python, ['-c', 'import zeep'])
  if (!ready()) asRoot([[python, '-m', 'pip', 'install', '--quiet', '--break-system-packages', 'zeep']])
  if (!ready()) absent(suite, 'no Python with zeep: pip install zeep, or name a python in WAYBILL_TEST_PYTHON')
  return { program: python, args: [join(folder, 'zeep_client.py')] }
}

/** PHP with its SOAP extension. */
export function phpCommand(suite: Mocha.Context): Command {
  const program = process.env.WAYBILL_TEST_PHP ?? 'php'
  const ready = () => works(program, ['-r', "exit(extension_loaded('soap') ? 0 : 1);"])
  if (!ready()) asRoot(aptInstall('php-cli', 'php-soap'))
  if (!ready()) absent(suite, 'no PHP with SOAP: install php-cli and php-soap, or name a php in WAYBILL_TEST_PHP')
  return { program, args: [join(folder, 'php-client.php')] }
}

/** A JDK; the client is compiled where that has not been done yet. */
export function javaCommand(suite: Mocha.Context): Command {
  const home = process.env.WAYBILL_TEST_JAVA_HOME
  const tool = (name: string) => (home ? join(home, 'bin', name) : name)
  const ready = () => works(tool('javac'), ['-version']) && works('mvn', ['-version'])
  const built = cached()
  if (built === undefined && !ready()) asRoot(aptInstall('default-jdk-headless', 'maven'))
  if (built === undefined && !ready()) absent(suite, 'no JDK with Maven: install them, or name a JDK in WAYBILL_TEST_JAVA_HOME')
  const classpath = built ?? build(tool('javac'), suite)
  return { program: tool('java'), args: [...JVM, '-cp', classpath, 'SoapClient'] }
}

/** Named by what it is made of, so that a changed source is compiled anew. */
function cache(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(join(folder, 'java')).sort()) hash.update(name).update(readFileSync(join(folder, 'java', name)))
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'waybill-tests', `soap-client-${hash.digest('hex').slice(0, 16)}`)
}

function cached(): string | undefined {
  const file = join(cache(), 'classpath')
  if (!existsSync(file)) return undefined
  const classpath = readFileSync(file, 'utf8')
  return classpath.split(delimiter).every(existsSync) ? classpath : undefined
}

function build(javac: string, suite: Mocha.Context): string {
  const place = cache()
  const made = `${place}.${process.pid}`
  mkdirSync(made, { recursive: true })
  try {
    const libraries = fetchLibraries(made)
    const sources = readdirSync(join(folder, 'java')).filter(name => name.endsWith('.java'))
    const args = ['-encoding', 'UTF-8', '-cp', libraries, '-d', join(made, 'classes'), ...sources.map(name => join(folder, 'java', name))]
    execFileSync(javac, args, { stdio: 'pipe' })
    const classpath = [join(place, 'classes'), libraries].join(delimiter)
    writeFileSync(join(made, 'classpath'), classpath)
    rmSync(place, { recursive: true, force: true })
    renameSync(made, place)
    return classpath
  } catch (error) {
    return absent(suite, `the Java client cannot be built: ${error instanceof Error ? error.message : error}`)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

/** The class path of what the pom names, in Maven's own local repository. */
function fetchLibraries(made: string): string {
  const list = join(made, 'libraries')
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath'
  execFileSync('mvn', ['-q', '-B', '-f', join(folder, 'java/pom.xml'), goal, `-Dmdep.outputFile=${list}`], { stdio: 'pipe' })
  return readFileSync(list, 'utf8').trim()
}
