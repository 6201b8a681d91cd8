import type { Adapter } from '../adapter.ts'
import { checkRestSource } from './check.ts'
import { createRestInbound } from './inbound.ts'
import { createRestOutbound } from './outbound.ts'
import { paramsOf } from './request-target.ts'
import { describeRestSource, hasNoBody, restSourceOptions, takesFiles } from './source-options.ts'
import { layOperation, restAuthOptions, restOperationOptions, restSystem, restSystemOptions } from './system-options.ts'

/** HTTP: sources at listen.http, systems by url. */
export const rest: Adapter = {
  name: 'rest',
  source: {
    options: restSourceOptions,
    files: takesFiles,
    describe: describeRestSource,
    bodyless: hasNoBody,
    check: checkRestSource,
    createInbound: createRestInbound,
  },
  system: {
    options: restSystemOptions,
    operationOptions: restOperationOptions,
    authOptions: restAuthOptions,
    lay: layOperation,
    hasQuery: true,
    params: options => paramsOf(restSystem(options)),
    createOutbound: createRestOutbound,
  },
}
