import { asGatewayError } from '../../../gateway/errors.ts'
import { silent } from '../../../gateway/log.ts'
import { resolveOptions } from '../../../gateway/options.ts'
import { storeOptions } from '../../../gateway/store/options.ts'
import { createStore } from '../../../gateway/store/sqlite.ts'
import { plan, writeForever } from '../../conformance/store-support.ts'

// The process that is killed: opens the store in the folder of its first argument, and writes each id that it accepted on a line. When
// the store fails, it tells how, and waits for its end.
const store = await createStore({ ...resolveOptions(storeOptions, { path: process.argv[2] }), log: silent })
try {
  await writeForever(store, id => void process.stdout.write(`${id}\n`))
} catch (error) {
  const again = await store.accept([plan()], 'store').then(() => 'accepted', asGatewayError)
  process.stdout.write(`error=${asGatewayError(error).message}\n`)
  process.stdout.write(`ok=${store.fill().ok} again=${typeof again === 'string' ? again : again.code}\n`)
}
setInterval(() => {}, 1_000)
