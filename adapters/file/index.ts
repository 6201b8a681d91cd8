import { resolve } from 'node:path'
import type { OptionSchema, Options } from '../../gateway/options.ts'
import type { Inbound } from '../../gateway/ports.ts'
import type { Adapter, InboundContext, SourceBinding } from '../adapter.ts'
import { checkPoll } from '../files/check-poll.ts'
import { localPlace } from '../files/local-place.ts'
import { pollOptions } from '../files/poll-options.ts'
import { pollSource } from '../files/poll-source.ts'
import type { Poller } from '../files/poller.ts'
import { sendOptions } from '../files/send-options.ts'
import { createFileSender } from '../files/sender.ts'

/** `from: { file: ... }`. */
export const fileSourceOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['folder'],
  description: 'Files of a folder of this machine, or of one that is mounted on it.',
  properties: { ...pollOptions, folder: { ...pollOptions.folder, format: 'file' } },
} as const satisfies OptionSchema

/** `systems: { x: { file: ... } }`. */
export const fileSystemOptions = {
  type: 'object',
  additionalProperties: false,
  required: ['folder'],
  description: 'A folder of this machine, or one that is mounted on it.',
  properties: { ...sendOptions, folder: { ...sendOptions.folder, format: 'file' } },
} as const satisfies OptionSchema

/** Of an operation, laid over those of its system. */
export const fileOperationOptions = {
  type: 'object',
  additionalProperties: false,
  properties: { folder: fileSystemOptions.properties.folder, name: sendOptions.name },
} as const satisfies OptionSchema

type SourceOptions = Options<typeof fileSourceOptions>
type SystemOptions = Options<typeof fileSystemOptions>

/** Folders of this machine; paths that do not begin with a slash are from the project's folder. */
export const file: Adapter = {
  name: 'file',
  source: {
    options: fileSourceOptions,
    files: () => true,
    describe(value) {
      const { folder, files } = value as SourceOptions
      return `file ${folder}/${[files].flat().join(',')}`
    },
    check({ options, path }, project) {
      if (options !== undefined) checkPoll(options as SourceOptions, [...path, 'file'], project)
    },
    createInbound: createFileInbound,
  },
  system: {
    options: fileSystemOptions,
    operationOptions: fileOperationOptions,
    params: () => [],
    computed: value => nameOf(value as SystemOptions),
    createOutbound({ name, options: value }, { project, bodies }) {
      const options = value as SystemOptions
      const place = localPlace(resolve(project.dir, options.folder))
      const sender = { ...options, folder: '' }
      return createFileSender({ name, options: sender, bodies, openPlace: async () => place, close: async () => {} })
    },
  },
}

function nameOf({ name }: { readonly name?: string }): Readonly<Record<string, string>> {
  return name === undefined ? {} : { name }
}

function createFileInbound(sources: readonly SourceBinding[], context: InboundContext): Inbound {
  const pollers: Poller[] = []
  return {
    async start(gateway) {
      for (const binding of sources) {
        const options = binding.source.options as SourceOptions
        const place = localPlace(resolve(context.project.dir, options.folder))
        await place.makeFolder('')
        pollers.push(pollSource(context, { binding, options, openPlace: async () => place, gateway }))
      }
    },
    async stop() {
      await Promise.all(pollers.map(poller => poller.stop()))
    },
  }
}
